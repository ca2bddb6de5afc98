"""Keeping what `--force` moves out of the way."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from mlvc.domain.plan import Plan
from mlvc.errors import naming
from mlvc.ops.project import Project
from mlvc.workspace.durable import sync_filesystems


def save(project: Project, plan: Plan, paths: Iterable[str], folder: Path) -> tuple[str, ...]:
    """Copy the user's versions of `paths` below `folder`, durably; says where each is.

    What is staged and differs from the workspace is kept too, as `PATH.staged`.
    """
    saved: list[Path] = []
    for path in paths:
        source, target = project.root / path, folder / path
        if source.exists() or source.is_symlink():
            saved.append(_copy(source, target))
        staged = _staged(project, plan, path)
        if staged is not None and not _holds(source, staged):
            kept = target.with_name(f"{target.name}.staged")
            kept.parent.mkdir(parents=True, exist_ok=True)
            with naming(kept):
                kept.write_bytes(staged)
            saved.append(kept)
    if saved:
        # Not with what is staged: `.git` of a linked worktree may be on another filesystem.
        sync_filesystems([folder])
    return tuple(str(path) for path in saved)


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        with naming(target):
            shutil.copy2(source, target, follow_symlinks=False)
    return target


def _staged(project: Project, plan: Plan, path: str) -> bytes | None:
    """The bytes that the index has, if they are not HEAD's."""
    spec = f":{project.repo.prefix}{path}"
    blob = project.repo.git.maybe("rev-parse", "-q", "--verify", spec)
    entry = project.tree(plan.head).get(path)
    if blob is None or (entry and entry.id == blob):
        return None
    return project.repo.blobs([blob])[blob]


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == data
