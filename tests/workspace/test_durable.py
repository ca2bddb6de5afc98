"""Files that are the old one or the new one, and nothing between."""

import os
from pathlib import Path

import pytest

from mlvc.workspace import durable


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / ("ü" * 120)
    for data in (b"one", b"two"):
        durable.write_whole(file, data)
        assert file.read_bytes() == data
    assert list(tmp_path.iterdir()) == [file]


def test_the_old_one_stays_where_the_new_one_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.+/file'"):
        durable.write_whole(tmp_path / "file", b"new")
    with pytest.raises(OSError, match=f"No space left on device: '{tmp_path}'"):
        durable.sync_folder(tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
