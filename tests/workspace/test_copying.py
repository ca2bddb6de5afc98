"""Copies that are hashed as they are made."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from mlvc.workspace import linking
from mlvc.workspace.copying import copy_hashing

BLOCK = 1 << 20


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, 9 * BLOCK + 3])
def test_the_digests_are_of_the_bytes_that_were_written(tmp_path: Path, size: int) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(size))
    digests = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    copy_hashing(str(source), str(target), digests)
    data = target.read_bytes()
    assert data == source.read_bytes()
    assert digests[0].hexdigest() == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert digests[1].hexdigest() == hashlib.sha256(data).hexdigest()


def test_where_the_filesystem_clones_the_bytes_are_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").write_bytes(b"some" * BLOCK)
    cloned = []
    monkeypatch.setattr("mlvc.workspace.copying.clone", lambda *both: cloned.append(both))
    digest = hashlib.sha256()
    copy_hashing(f"{tmp_path}/source", f"{tmp_path}/target", [digest])
    assert digest.hexdigest() == hashlib.sha256(b"some" * BLOCK).hexdigest()
    assert len(cloned) == 1
    assert (tmp_path / "target").stat().st_size == 0


def test_a_copy_that_fails_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source").write_bytes(b"some" * BLOCK)

    def full(_: int, block: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        copy_hashing(f"{tmp_path}/source", f"{tmp_path}/target", [hashlib.sha256()])
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    assert linking.is_unsupported(OSError(errno.EXDEV, ""))
