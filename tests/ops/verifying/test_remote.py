"""`mlvc verify --remote`: the DVC remote has every object of every release."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from mlvc.artifacts.remote import Remote
from mlvc.artifacts.remote_reading import spoilt_on_remote
from tests.ops.rollback.test_objects import cache, object_of, with_remote
from tests.ops.verifying.finding import flip, statuses, told, verified
from tests.project import Project
from tests.releases import release

Told = Callable[[int], None]


@pytest.fixture
def remote(two_releases: Project) -> Path:
    """A folder that is the remote of `two_releases` and has all."""
    return with_remote(two_releases)


def at(remote: Path, project: Project) -> Path:
    """The first release's model on the remote."""
    found = object_of(project, "model@v0.1.0", "model.bin")
    return remote / "files/md5" / found.relative_to(cache(project))


def test_what_only_the_remote_has_is_no_fault(two_releases: Project, remote: Path) -> None:
    assert verified(two_releases, remote=True)["status"] == "ok"
    object_of(two_releases, "model@v0.1.0", "model.bin").unlink()
    assert verified(two_releases, code=13)["status"] == "missing"
    found = verified(two_releases, remote=True)
    assert [row["elsewhere"] for row in found["releases"]] == [1, 0]
    assert [row["digest"] for row in found["releases"]] == ["unproven", "proven"]
    assert "1 on the remote only" in two_releases.mlvc("verify", "--remote").out
    shutil.rmtree(remote)
    assert len(told(verified(two_releases, remote=True, code=13))) == 6


def test_an_object_that_the_remote_lost_is_told(two_releases: Project, remote: Path) -> None:
    at(remote, two_releases).unlink()
    assert verified(two_releases)["status"] == "ok"
    found = verified(two_releases, remote=True, code=13)
    assert statuses(found) == {"model@v0.1.0": "missing", "model@v0.2.0": "ok"}
    assert "of model.bin is not on remote 'store'" in told(found)[0]


def test_a_file_of_a_folder_is_asked_for_though_its_manifest_is_there(
    two_releases: Project,
) -> None:
    for name in ("a", "b"):
        two_releases.write(f"sub/weights/{name}.bin", f"{name}\n")
    two_releases.dvc("add", "--quiet", "sub/weights")
    two_releases.write("sub/dvc.yaml", "artifacts:\n  folder: {path: weights}\n")
    two_releases.commit("A model that is a folder")
    release(two_releases, "sub:folder")
    remote = with_remote(two_releases)
    name = "sub=folder@v0.1.0"
    # DVC would remember that this folder is whole there.
    two_releases.dvc("status", "--cloud", "--quiet", check=False)
    shutil.rmtree(two_releases.path / ".dvc/cache")
    assert verified(two_releases, name, remote=True)["releases"][0]["elsewhere"] == 3
    (lost,) = (p for p in remote.rglob("*") if p.is_file() and p.read_bytes() == b"b\n")
    lost.unlink()
    found = verified(two_releases, name, remote=True, code=13)
    assert {f["path"] for f in found["releases"][0]["findings"]} == {"sub/weights/b.bin"}


def test_a_corrupt_object_of_the_remote_is_not_deleted_by_looking(
    two_releases: Project, remote: Path
) -> None:
    spoilt = at(remote, two_releases)
    spoilt.chmod(0o644)
    same = spoilt.read_bytes()[::-1]
    for content, code in ((same, 0), (b"cut off", 13)):
        spoilt.write_bytes(content)
        verified(two_releases, remote=True, code=code)
        assert spoilt.read_bytes() == content


def test_deep_finds_what_was_tampered_with_on_the_remote_and_keeps_nothing_of_it(
    two_releases: Project, remote: Path
) -> None:
    assert verified(two_releases, remote=True, deep=True)["status"] == "ok"
    spoilt = at(remote, two_releases)
    flip(spoilt)
    found = verified(two_releases, remote=True, deep=True, code=14)
    assert statuses(found) == {"model@v0.1.0": "corrupt", "model@v0.2.0": "ok"}
    assert "of model.bin is not intact on remote 'store'" in told(found)[0]
    own = object_of(two_releases, "model@v0.1.0", "model.bin")
    own.unlink()
    found = verified(two_releases, remote=True, deep=True, code=14)
    assert [row["elsewhere"] for row in found["releases"]] == [0, 0]
    assert spoilt.exists() and not own.exists()


def test_deep_reads_each_object_of_the_remote_once(
    two_releases: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_remote(two_releases)
    read: list[str] = []

    def counted(remote: Remote, digests: Collection[str], tell: Told) -> set[str]:
        read.extend(digests)
        return spoilt_on_remote(remote, digests, tell)

    monkeypatch.setattr("mlvc.ops.verifying.stock.spoilt_on_remote", counted)
    found = verified(two_releases, remote=True, deep=True)
    assert [row["objects"] for row in found["releases"]] == [3, 3]
    assert len(read) == len(set(read)) == 5  # the data are the same


def test_where_no_remote_is_the_default_it_does_not_pass(two_releases: Project) -> None:
    two_releases.write(".dvc/config.local", "['remote \"store\"']\n    url = /nowhere\n")
    done = two_releases.mlvc("verify", "--remote")
    assert done.code == 1 and "dvc remote add --default" in done.err
