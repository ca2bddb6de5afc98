"""The workspace as it lies, uncommitted changes and all: for `--with .`."""

import os
import shutil
from pathlib import Path

from mlvc.artifacts import loading
from mlvc.errors import naming
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


def files(project: Project) -> tuple[dict[str, str | bytes], dict[str, str]]:
    """What defines the stages, HEAD's with the uncommitted changes: by path a blob, or content.

    And what identifies each file.
    """
    head = project.repo.head
    changed = uncommitted(project)
    tree = {path: entry for path, entry in project.tree(head).items() if path not in changed}
    found: dict[str, str | bytes] = {**blobs(tree)}
    for path in loading.defining(changed):
        live = project.root / path
        if live.is_file():
            found[path] = live.read_bytes()
    return found, identities(tree) | dict.fromkeys(changed, "uncommitted")


def overlay(project: Project, tree: Path) -> None:
    """Take the uncommitted files into a worktree of HEAD."""
    for path in uncommitted(project):
        source, live = project.root / path, confined(tree, path)
        remove_tree(live)
        if os.path.lexists(source):
            live.parent.mkdir(parents=True, exist_ok=True)
            with naming(live):
                shutil.copy2(source, live, follow_symlinks=False)
