"""Two remotes inside the repository, so that they are traced, scanned and copied with it."""

import hashlib
from pathlib import Path

from tests.crash import forked, projects
from tests.crash.outcome import GARBAGE, HUB
from tests.delivered import without_data
from tests.project import Project

STORE = ".dvc/tmp/store"
CACHES = (".dvc/cache", STORE)
CONFIG = (f"remote.store.url {STORE}", "core.remote store")
_SENT = ("model.bin", "encoder")  # of a release of `model`; its other outputs are Git's


def connect(project: Project) -> None:
    """Give a repository its remotes, both empty, and a release in production."""
    (project.path / STORE).mkdir(parents=True)
    project.git("init", "--quiet", "--bare", "--template=", HUB)
    project.git("remote", "add", "origin", str(project.path / HUB))
    _do(project, "promote", "model@v0.1.0", "production")


def overtake(project: Project) -> None:
    """Let another clone have given the number of a promotion that was not pushed yet."""
    connect(project)
    _do(project, "push")
    _do(project, "promote", "model@v0.2.0", "staging")
    project.git("push", "--quiet", "origin", "model#staging#2")
    project.git("tag", "--delete", "model#staging#2")
    _do(project, "promote", "model@v0.2.0", "production")


def litter(project: Project) -> None:
    """Have all on the remotes, and here and there what nothing needs."""
    connect(project)
    _do(project, "push")
    for number, cache in enumerate((*CACHES, *CACHES)):
        data = GARBAGE + str(number).encode()
        value = hashlib.md5(data, usedforsecurity=False).hexdigest()
        project.write(f"{cache}/files/md5/{value[:2]}/{value[2:]}", data.decode()).chmod(0o444)
    projects.disturb(project)


def _do(project: Project, *args: str) -> None:
    forked.done(forked.verb(project.path, *args))


def unlock(root: Path) -> None:
    """Do at the Git remote what `mlvc push` asks for where a push was killed there."""
    for lock in (root / HUB).rglob("*.lock"):
        lock.unlink()


def undelivered(root: Path) -> list[str]:
    """I9: what the Git remote has without its objects."""
    if not (root / HUB).is_dir():
        return []
    found = without_data(Project(root / HUB), root / STORE, _SENT)
    return [f"I9 on the remotes {one}" for one in found]
