import errno
import os
import stat
from pathlib import Path

import pytest

from mlvc.workspace import leftovers
from mlvc.workspace.exchange import move
from mlvc.workspace.transaction import save, strangers
from tests.workspace.disk import plant, snapshot


def test_what_the_manifest_does_not_know_is_the_users(tmp_path: Path) -> None:
    plant(tmp_path, {"known": b"", "d/known": b"", "d/new": b"", "d/e/x": b"", "l": b"-> d"})
    asked: list[str] = []

    def known(name: str, path: str) -> bool:
        assert path == f"{tmp_path}/{name}"
        asked.append(name)
        return path.endswith("/known")

    assert sorted(strangers(tmp_path, known)) == ["d/e/x", "d/new", "l"]
    assert sorted(asked) == ["d/e/x", "d/known", "d/new", "known", "l"]


def test_a_tree_that_is_no_folder_is_asked_about_itself(tmp_path: Path) -> None:
    plant(tmp_path, {"file": b"x", "folder/x": b"", "link": b"-> folder"})
    for name in ("file", "link"):
        assert strangers(tmp_path / name, lambda *_: False) == [""]
        assert strangers(tmp_path / name, lambda *_: True) == []
    assert strangers(tmp_path / "absent", lambda *_: False) == []


def test_saving_moves_and_overwrites_nothing(tmp_path: Path) -> None:
    plant(tmp_path / "tree", {"a": b"mine", "d/b": b"mine too", "stays": b"", "l": b"-> a"})
    plant(tmp_path / "saved", {"a": b"of before", "d": b"a file"})
    saved = save(tmp_path / "tree", ["a", "d/b", "l"], tmp_path / "saved")
    assert [path.read_bytes() for path in saved[:2]] == [b"mine", b"mine too"]
    assert saved[2] == tmp_path / "saved/l"
    assert saved[2].is_symlink()
    assert (tmp_path / "saved/a").read_bytes() == b"of before"
    assert (tmp_path / "saved/d").read_bytes() == b"a file"
    assert [name for name in snapshot(tmp_path / "tree") if name != "d"] == ["stays"]


def test_a_file_is_saved_under_the_name_of_the_destination(tmp_path: Path) -> None:
    plant(tmp_path, {"slot": b"mine"})
    assert save(tmp_path / "slot", [""], tmp_path / "saved/model.bin") == [
        tmp_path / "saved/model.bin"
    ]
    assert (tmp_path / "saved/model.bin").read_bytes() == b"mine"


def test_saving_to_another_filesystem_keeps_bytes_links_and_modes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def across(a: Path, b: Path) -> None:
        if ("tree" in a.parts) != ("tree" in b.parts):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        move(a, b)

    def synced(folder: Path) -> None:
        there = all(os.path.lexists(tmp_path / "tree" / p.name) for p in folder.iterdir())
        events.append(there)

    events: list[bool] = []  # whether the sources were still there when the copies were synced
    monkeypatch.setattr(leftovers, "sync_folder", synced)
    monkeypatch.setattr(leftovers, "move", across)
    plant(tmp_path / "tree", {"a": b"mine", "l": b"-> nowhere"})
    (tmp_path / "tree/a").chmod(0o640)
    save(tmp_path / "tree", ["a"], tmp_path / "saved")
    assert events[0]
    save(tmp_path / "tree", ["l"], tmp_path / "saved")
    assert snapshot(tmp_path / "tree") == {}
    assert snapshot(tmp_path / "saved") == {
        "a": (stat.S_IFREG | 0o640, b"mine"),
        "l": (os.lstat(tmp_path / "saved/l").st_mode, b"nowhere"),
    }
