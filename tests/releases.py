"""Repositories with releases of a model, and what they hold."""

import hashlib
import json
import os
from pathlib import Path
from time import time
from typing import Any

from tests.project import Project, run


def retrain(project: Project, old: str, new: str) -> str:
    """Change a parameter, run the pipeline and commit; the new revision."""
    project.set_param(old, new)
    project.dvc("repro", "--quiet")
    return project.commit(f"Retrain: {new}")


def release(project: Project, *args: str) -> dict[str, Any]:
    """Release HEAD; what `mlvc tag --json` says of it."""
    return answer(project, "tag", *args)


def answer(project: Project, *args: str, code: int = 0) -> dict[str, Any]:
    """The JSON that a verb prints; any other exit code than `code` fails the test."""
    done = project.mlvc(*args, "--json")
    assert done.code == code, done.err
    document: dict[str, Any] = json.loads(done.out)
    assert document["schema"] == 1
    return document


def names(project: Project, *flags: str) -> list[str]:
    """The releases in `mlvc list` that have these flags."""
    rows = answer(project, "list")["releases"]
    return [row["name"] for row in rows if all(row[flag] for flag in flags)]


def current(project: Project) -> list[str]:
    """The current releases, by name."""
    return names(project, "current")


def withdrawn(project: Project) -> list[str]:
    """The withdrawn releases, by name."""
    return names(project, "withdrawn")


def build_two_releases(built: Project, path: Path) -> Project:
    """v0.1.0 of weight 1.0, and v0.2.0 of weight 2.0, which is HEAD."""
    project = built.copy(path)
    release(project)
    retrain(project, "weight: 1.0", "weight: 2.0")
    release(project, "-m", "Twice the weight")
    return project


def state(project: Project) -> dict[str, str]:
    """All refs, the index, and every file that is not Git's or DVC's own: what must not change."""
    found = {
        "refs": project.git("for-each-ref", check=False),
        "head": project.git("rev-parse", "--symbolic-full-name", "HEAD", check=False),
        "commit": project.git("rev-parse", "HEAD", check=False),
        "index": project.git("ls-files", "--stage", check=False),
    }
    for folder, folders, files in os.walk(project.path):
        inner = Path(folder).relative_to(project.path)
        folders[:] = [f for f in folders if str(inner / f) not in (".git", ".dvc")]
        for name in files:
            data = Path(folder, name).read_bytes()
            found[str(inner / name)] = hashlib.sha256(data).hexdigest()
    return found


def take_back(project: Project, tag: str, why: str = "bad", at: int | None = None) -> None:
    """Deregister a release as GTO does, by a tag such as `model@v0.2.0!`, now or `at` a second."""
    commit = project.git("rev-parse", f"{tag.partition('!')[0]}^{{commit}}")
    now = {"GIT_COMMITTER_DATE": f"@{at or int(time())} +0000"}
    run("git", "tag", "-a", "-m", why, tag, commit, cwd=project.path, env=now)
