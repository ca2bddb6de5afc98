"""Staging the tracked files that a plan restores, as Git would check them out."""

import os
import shutil
import tempfile
from pathlib import Path

from mlvc.domain.pipeline import inside
from mlvc.domain.plan import Plan
from mlvc.ops.project import Project
from mlvc.registry import commits
from mlvc.registry.git import Git
from mlvc.workspace.confine import confined
from mlvc.workspace.staging import Staging
from mlvc.workspace.transaction import Change


def stage_files(project: Project, plan: Plan, commit: str, staging: Staging) -> list[Change]:
    """The tracked files of `commit` that the plan edits: line ends, filters and modes applied."""
    # What Git tracked and DVC is to have again gives way to the output itself.
    outputs = [change.path for change in plan.outputs if change.new]
    present = [path for path, edit in plan.edits.items() if edit is not None]
    changes = [
        Change(confined(project.root, path), None)
        for path, edit in plan.edits.items()
        if edit is None and not any(inside(path, out) for out in outputs)
    ]
    with tempfile.TemporaryDirectory(prefix="mlvc-files-") as scratch:
        prefix = project.repo.prefix
        commits.check_out(
            Git(project.repo.top), commit, [prefix + path for path in present], Path(scratch)
        )
        root = Path(scratch) / prefix
        taken = handed_over(plan)
        for path in sorted(taken):
            live = confined(project.root, path)
            slot = staging.slot(live)
            shutil.copytree(root / path, slot, symlinks=True)
            changes.append(Change(live, slot))
        for path in present:
            if not any(inside(path, folder) for folder in taken):
                live = confined(project.root, path)
                changes.append(Change(live, _staged(root / path, live, staging)))
    return changes


def handed_over(plan: Plan) -> set[str]:
    """The folders that DVC has at HEAD, and that go back to Git: replaced as a whole."""
    present = [path for path, edit in plan.edits.items() if edit is not None]
    return {
        change.path
        for change in plan.outputs
        if change.new is None
        and any(inside(path, change.path) and path != change.path for path in present)
    }


def _staged(source: Path, live: Path, staging: Staging) -> Path:
    if source.is_symlink():
        return staging.write(live, os.fsencode(source.readlink()), symlink=True)
    executable = bool(source.stat().st_mode & 0o100)
    return staging.write(live, source.read_bytes(), executable=executable)
