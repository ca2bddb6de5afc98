"""Repositories with hooks of several kinds, and a day's work of git commands in them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.project import PYTHON, Project, run

ROOT = Path(__file__).parents[2]
NAMES = (
    "pre-commit", "commit-msg", "post-commit", "post-checkout", "post-merge", "pre-push",
    "pre-rebase", "post-rewrite", "prepare-commit-msg",
)  # fmt: skip
# It notes what it was given, down to its input.
HOOK = r"""\
#!/bin/sh
log=$(git rev-parse --git-common-dir)/log
echo "{name} $@" | sed 's# [^ ]*/\([A-Z_]*MSG\)# \1#' >> "$log"
[ {name} != pre-push ] || cat >> "$log"
"""
CONFIG = """\
repos:
- repo: local
  hooks:
  - id: mine
    name: mine
    language: system
    entry: sh -c 'echo mine >> "$(git rev-parse --git-common-dir)/log"'
    always_run: true
    pass_filenames: false
    stages: [pre-commit, post-checkout, post-merge, post-rewrite, pre-push]
"""
PUBLISHED = """\
- repo: {repo}
  rev: main
  hooks:
  - id: mlvc-pre-commit
  - id: mlvc-post-checkout
  - id: mlvc-post-merge
  - id: mlvc-post-rewrite
"""


def write_hooks(folder: Path) -> None:
    """Hooks of the user's own, one of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).write_text(HOOK.format(name=name))
        (folder / name).chmod(0o755)


@dataclass(frozen=True)
class Setup:
    """A clone with a Git remote, and hooks of one kind; `place` is where the work is done."""

    project: Project
    place: Project

    def log(self) -> str:
        """What the hooks noted."""
        path = self.project.path / ".git" / "log"
        return path.read_text() if path.exists() else ""

    def hooks(self) -> dict[str, tuple[int, bytes]]:
        """All files of hooks, and where Git looks for them."""
        folders = [self.project.path / ".git" / "hooks", self.project.path / ".githooks"]
        files = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
        found = {str(path): (path.stat().st_mode, path.read_bytes()) for path in files}
        return {**found, "config": (0, (self.project.path / ".git" / "config").read_bytes())}

    def use_framework(self) -> None:
        """Have pre-commit run mlvc's hooks, too, as this repository publishes them."""
        folder = self.project.path.parent / "published"
        published = Project(folder)
        shutil.copytree(ROOT / "mlvc" / "hooks" / "sh", folder / "mlvc" / "hooks" / "sh")
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", folder)
        published.git("init", "--quiet")
        published.commit("Published")
        config = self.project.path / ".git" / "pre-commit.yaml"
        config.write_text(config.read_text() + PUBLISHED.format(repo=folder))


def make(kind: str, built: Project, folder: Path) -> Setup:
    """A copy of a repository with hooks of that kind, below `folder`."""
    project = built.copy(folder / "project")
    project.git("init", "--quiet", "--bare", "../hub.git")
    project.git("remote", "add", "origin", "../hub.git")
    (folder / "store").mkdir()
    # Where to, but in no commit: those shall be the same wherever this is.
    project.dvc("remote", "add", "--quiet", "--local", "--default", "storage", "../store")
    hooks = project.path / ".git" / "hooks"
    shutil.rmtree(hooks)
    if kind in ("existing", "worktree"):
        write_hooks(hooks)
    elif kind == "hooksPath":
        write_hooks(project.path / ".githooks")
        project.commit("Hooks of the team")
        project.git("config", "core.hooksPath", ".githooks")
    elif kind == "framework":
        _framework(project)
    if kind == "worktree":
        cache = str(project.path / ".dvc" / "cache")
        project.git("worktree", "add", "--quiet", "../linked", "-b", "linked")
        linked = Project(folder / "linked")
        linked.dvc("config", "--quiet", "--local", "cache.dir", cache)
        linked.dvc("remote", "add", "--quiet", "--local", "--default", "storage", "../store")
        linked.dvc("checkout", "--quiet")
        return Setup(project, linked)
    return Setup(project, project)


def _framework(project: Project) -> None:
    """pre-commit with a hook of the user's own."""
    # Not in the worktree: old commits have none.
    config = project.path / ".git" / "pre-commit.yaml"
    config.write_text(CONFIG)
    kinds = ("pre-commit", "post-checkout", "post-merge", "post-rewrite", "pre-push")
    types = [word for kind in kinds for word in ("--hook-type", kind)]
    command = [PYTHON, "-m", "pre_commit", "install", "--config", str(config), *types]
    run(*command, cwd=project.path)
