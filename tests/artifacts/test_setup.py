"""How DVC is set up: remembered, and only while what decides it is as it was."""

import gc
import os
from pathlib import Path

import pytest
from dvc.repo import Repo

from mlvc.artifacts.setup import Setup
from mlvc.artifacts.store import Store
from mlvc.workspace.memo import Memo
from tests.project import Project


class Opened(Exception):  # noqa: N818 - no error, a sign
    """DVC was opened."""


def setup(project: Project) -> Setup:
    """As a new run finds it."""
    return Store(project.path, Memo(project.path / ".git/memo")).setup


def remembered(project: Project, patch: pytest.MonkeyPatch) -> Setup:
    """The same, where DVC cannot be opened."""

    def opened(*_: object, **__: object) -> None:
        raise Opened

    with patch.context() as inner:
        inner.setattr(Repo, "__init__", opened)
        return setup(project)


def test_the_setup_is_dvcs_own(project: Project) -> None:
    project.dvc("config", "cache.type", "hardlink,symlink")
    project.dvc("remote", "add", "--default", "store", "/somewhere")
    project.dvc("remote", "add", "other", "/elsewhere")
    found = setup(project)
    repo = Repo(str(project.path))
    assert found.cache == repo.cache.legacy.path
    assert found.links == ("hardlink", "symlink")
    assert (found.remote, set(found.remotes)) == ("store", {"store", "other"})
    assert found.lock == str(project.path / ".dvc/tmp/lock")
    assert found.state == str(repo.state.hashes.directory)


def test_dvc_is_not_opened_twice_for_the_same_setup(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remembered_after(project, monkeypatch) == setup(project)


def remembered_after(project: Project, patch: pytest.MonkeyPatch) -> Setup:
    setup(project)
    return remembered(project, patch)


@pytest.mark.parametrize(
    "change", ["repository", "local", "global", "variable", "temporary files", "place"]
)
def test_whatever_decides_it_makes_the_memory_void(
    project: Project, change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    remembered_after(project, monkeypatch)
    if change == "repository":
        project.dvc("config", "cache.type", "symlink")
    elif change == "local":
        project.dvc("config", "--local", "cache.dir", "/shared")
    elif change == "global":
        monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(tmp_path))
        remembered_after(project, monkeypatch)
        (tmp_path / "config").write_text("[cache]\n    type = copy\n")
    elif change == "variable":
        monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    elif change == "temporary files":
        os.utime(project.path / ".dvc/tmp/btime", ns=(1, 1))
    else:
        gc.collect()  # a database that is closed in the midst of a copy takes a file away
        project = project.copy(tmp_path / "copy")
    with pytest.raises(Opened):
        remembered(project, monkeypatch)


def test_a_lock_that_is_no_file_lock_is_left_to_dvc(project: Project) -> None:
    project.dvc("config", "core.hardlink_lock", "true")
    assert setup(project).lock is None
