"""Looking at a large folder by two processes."""

from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.workspace import halves
from mlvc.workspace.beside import WORTH
from mlvc.workspace.census import census
from tests.workspace.disk import plant


@pytest.fixture
def large(tmp_path: Path) -> Path:
    plant(tmp_path, {f"tree/{n % 7}/{n}": b"1" for n in range(WORTH + 1)})
    plant(tmp_path, {"tree/a": b"-> 0/0", "tree/b": b"-> nowhere", "tree/0/c": b"-> ../1"})
    return tmp_path / "tree"


def test_two_processes_see_what_one_does(large: Path) -> None:
    one, two = census(large), halves.census_by_two(large)
    assert one and two
    assert two.files == one.files
    assert (two.fingerprint, two.device, two.inode) == (one.fingerprint, one.device, one.inode)


def test_where_the_other_process_is_ended_all_is_seen_here(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = census(large)
    assert whole

    def ended(*_: object) -> object:
        raise MlvcError("a process of mlvc's own was ended from outside", "")

    monkeypatch.setattr("mlvc.workspace.beside._received", ended)
    found = halves.census_by_two(large)
    assert found and found.files == whole.files


def test_files_and_nothing_are_seen_as_ever(tmp_path: Path) -> None:
    plant(tmp_path, {"file": b"1", "link": b"-> file"})
    for name in ("file", "link"):
        one, two = census(tmp_path / name), halves.census_by_two(tmp_path / name)
        assert one and two and one.files == two.files
    assert halves.census_by_two(tmp_path / "nothing") is None
