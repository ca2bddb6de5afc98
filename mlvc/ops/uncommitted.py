"""The workspace as it lies, uncommitted changes and all: for `--with .`."""

import os
import shutil
from pathlib import Path

from mlvc.artifacts import loading
from mlvc.domain.snapshot import Snapshot
from mlvc.ops.project import Project
from mlvc.registry.trees import blobs, identities
from mlvc.workspace.confine import confined
from mlvc.workspace.removal import remove_tree


def uncommitted(project: Project) -> list[str]:
    """The files that differ from HEAD.

    Not DVC's configuration, which is the workspace's anyway, and no repositories inside this one.
    """
    paths = [found.path for found in project.repo.uncommitted()]
    return [path for path in paths if not path.startswith(".dvc/") and not path.endswith("/")]


def snapshot(project: Project) -> Snapshot:
    """HEAD with the uncommitted changes, its pipeline resolved by DVC."""
    head = project.repo.head
    changed = uncommitted(project)
    tree = {path: entry for path, entry in project.tree(head).items() if path not in changed}
    files: dict[str, str | bytes] = {**blobs(tree)}
    for path in loading.defining(changed):
        live = project.root / path
        if live.is_file():
            files[path] = live.read_bytes()
    known = identities(tree) | dict.fromkeys(changed, "uncommitted")
    return Snapshot(head, project.resolver.resolve(files, "the workspace"), known)


def overlay(project: Project, tree: Path) -> None:
    """Take the uncommitted files into a worktree of HEAD."""
    for path in uncommitted(project):
        source, live = project.root / path, confined(tree, path)
        remove_tree(live)
        if os.path.lexists(source):
            live.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, live, follow_symlinks=False)
