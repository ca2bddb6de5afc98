"""Files of the user's that lie where a plan restores a tracked file."""

import os
from collections.abc import Iterator
from pathlib import Path

from mlvc.domain.pipeline import Output
from mlvc.domain.plan import Plan
from mlvc.ops.project import Project
from mlvc.ops.rollback import heads
from mlvc.workspace.census import census
from mlvc.workspace.confine import confined


def obstacles(project: Project, plan: Plan) -> Iterator[str]:
    """Paths of the plan that something holds which neither Git nor DVC has: ignored files too."""
    tree, pipeline = project.tree(plan.head), heads.known(project, plan.head).pipeline
    known: dict[str, bool] = {}
    for path, edit in plan.edits.items():
        if edit is None or path in tree:
            continue
        live, out = confined(project.root, path), pipeline.output(path)
        if out and _whole(project, out, known):
            continue
        if any(os.path.relpath(file, project.root) not in tree for file in files_of(live)):
            yield path


def _whole(project: Project, out: Output, known: dict[str, bool]) -> bool:
    """Whether an output is what HEAD records, so that nothing in it is only the user's."""
    if out.path not in known:
        seen = census(confined(project.root, out.path))
        known[out.path] = project.prover.holds(seen, out.digest)
    return known[out.path]


def files_of(live: Path) -> Iterator[Path]:
    """The files of a folder, or the file itself; links are not followed."""
    if live.is_dir() and not live.is_symlink():
        yield from (path for path in live.rglob("*") if path.is_symlink() or not path.is_dir())
    elif os.path.lexists(live):
        yield live
