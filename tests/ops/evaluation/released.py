"""A repository with releases, ways to ask mlvc about them, and commits beside the workspace."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from mlvc.ops.evaluating import Evaluated, evaluate
from mlvc.ops.evaluation_jobs import How
from mlvc.ops.project import Project as Opened
from mlvc.ops.selecting import evaluator_by, select
from tests.project import Project, run

WEIGHTS = {"0.1.0": "1.0", "0.2.0": "1.1", "0.3.0": "0.7"}
MODEL = "model"
# What mlvc and DVC may write: objects, records, and what can be thrown away.
OWN = (".dvc/tmp", ".dvc/cache", ".git/objects", ".git/mlvc", ".git/refs/mlvc")


def release(project: Project, version: str) -> None:
    """An annotated tag such as plain GTO writes."""
    project.git("tag", "--annotate", f"{MODEL}@v{version}", "--message", f"Release {version}")


def build(base: Project, path: Path) -> Project:
    """Three releases of models with other weights, then a stricter evaluator on newer data."""
    project = base.copy(path)
    before = WEIGHTS["0.1.0"]
    for version, weight in WEIGHTS.items():
        if weight != before:
            project.set_param(f"weight: {before}", f"weight: {weight}")
            project.dvc("repro", "--quiet")
            project.commit(f"Weight {weight}")
        before = weight
        release(project, version)
    project.set_param("threshold: 0.0", "threshold: 1.5")
    project.dvc("repro", "--quiet")
    project.commit("A stricter evaluator")
    return project


def evaluated(
    project: Project, *names: str, by: str | None = None, trust: bool = False
) -> tuple[Evaluated, ...]:
    """`mlvc eval NAMES --with BY` in this process; all releases where none is named."""
    opened = Opened.find(project.path)
    targets = select(opened, list(names), None, every=not names)
    by_whom = evaluator_by(opened, by, targets)
    return evaluate(opened, targets, by_whom, How(trust=trust))


def graft(project: Project, branch: str, files: Mapping[str, str | Path | None]) -> str:
    """A commit on HEAD with other files, on a branch of its own; the workspace stays as it is.

    A text is a file, a path what a symlink points at, None removes a file or a folder.
    """
    env = {"GIT_INDEX_FILE": str(project.path.parent / f"{branch}.index")}

    def git(*args: str) -> str:
        return run("git", *args, cwd=project.path, env=env).stdout.strip()

    git("read-tree", "HEAD")
    for path in (path for path, content in files.items() if not isinstance(content, str)):
        git("rm", "-r", "-q", "--cached", "--ignore-unmatch", path)
    scratch = project.path.parent / "scratch"
    for path, content in files.items():
        if content is not None:
            scratch.write_text(str(content))
            blob = git("hash-object", "-w", str(scratch))
            mode = "120000" if isinstance(content, Path) else "100644"
            git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
    commit = git("commit-tree", "-p", "HEAD", "-m", branch, git("write-tree"))
    git("update-ref", f"refs/heads/{branch}", commit)
    return commit


def state(project: Project) -> dict[str, tuple[str, int]]:
    """Every file that is the user's, Git's own among them: its content and when it changed."""
    found = {}
    for folder, folders, names in os.walk(project.path):
        inner = os.path.relpath(folder, project.path)
        folders[:] = [name for name in folders if os.path.normpath(f"{inner}/{name}") not in OWN]
        for file in (Path(folder, name) for name in names):
            data = os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            found[str(file.relative_to(project.path))] = (digest, file.lstat().st_mtime_ns)
    return found


def worktrees(project: Project) -> list[str]:
    """What `git worktree list` shows, and what of its records and of mlvc's folders is left."""
    listed = project.git("worktree", "list", "--porcelain").splitlines()
    left = (project.path / place for place in (".git/worktrees", ".dvc/tmp/mlvc/worktrees"))
    inside = [str(path) for place in left if place.is_dir() for path in place.iterdir()]
    return [line.split()[1] for line in listed if line.startswith("worktree ")] + inside
