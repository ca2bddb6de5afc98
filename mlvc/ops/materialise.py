"""Putting into a worktree what an evaluator reads: its own data, and the model's files."""

import os
import shutil
from pathlib import Path

from mlvc.domain.evaluator import Evaluator
from mlvc.domain.pipeline import Output, inside, overlaps
from mlvc.domain.snapshot import Snapshot
from mlvc.ops import proving
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.registry import commits
from mlvc.registry.git import Git
from mlvc.workspace.confine import check_names, confined
from mlvc.workspace.linking import link


def materialise(project: Project, judge: Evaluator, target: Target, tree: Path) -> None:
    """Fill the worktree `tree` of the evaluator's revision.

    From the target come the model and the other outputs of its stage; all else is the evaluator's.
    Every object is proven before it is used.
    """
    model = project.snapshot(target.commit)
    for out in _read(judge, judge.snapshot):
        if not _is_models(judge, out.path):
            _place(project, out, tree)
    if target.commit != judge.snapshot.commit:
        for path in sorted(judge.from_model):
            _clear(confined(tree, path))
        _check_out(project, model, judge, tree)
    for out in (out for stage in model.pipeline.stages for out in stage.outs):
        if out.cached and _is_models(judge, out.path):
            _place(project, out, tree)


def _read(judge: Evaluator, snapshot: Snapshot) -> list[Output]:
    """The outputs of other stages that the evaluator reads."""
    own = {stage.address for stage in judge.stages}
    deps = [dep.path for stage in judge.stages for dep in stage.deps]
    return [
        out
        for stage in snapshot.pipeline.stages
        if stage.address not in own
        for out in stage.outs
        if out.cached and any(overlaps(out.path, path) for path in deps)
    ]


def _is_models(judge: Evaluator, path: str) -> bool:
    return any(inside(path, own) for own in judge.from_model)


def _place(project: Project, out: Output, tree: Path) -> None:
    if out.digest is None:
        return
    live = confined(tree, out.path)
    _clear(live)
    live.parent.mkdir(parents=True, exist_ok=True)
    links = project.store.cache.links
    content = proving.fetched(project.store, out.digest, out.path)
    if content.object is not None:
        link(content.object, live, links)
        return
    check_names(content.entries)
    live.mkdir()
    for name, source in content.entries.items():
        (live / name).parent.mkdir(parents=True, exist_ok=True)
        link(source, live / name, links)


def _check_out(project: Project, model: Snapshot, judge: Evaluator, tree: Path) -> None:
    """The model's files that Git tracks, such as an uncached signature."""
    paths = [p for p in model.files if any(inside(p, own) for own in judge.from_model)]
    prefix = project.repo.prefix
    top = tree
    for _ in Path(prefix).parts:
        top = top.parent
    git = Git(project.repo.top)
    commits.check_out(git, model.commit, [prefix + path for path in paths], top)


def overlay_workspace(project: Project, tree: Path) -> None:
    """Take the workspace's uncommitted files into the worktree, as they are."""
    for found in project.repo.uncommitted():
        source, live = project.root / found.path, confined(tree, found.path)
        _clear(live)
        if os.path.lexists(source):
            live.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, live, follow_symlinks=False)


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
