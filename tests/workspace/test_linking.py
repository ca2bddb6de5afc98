import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dvc_objects.fs.generic import transfer
from dvc_objects.fs.local import localfs

from mlvc.errors import MlvcError
from mlvc.workspace.linking import link_remembering

TYPES = ["reflink", "hardlink", "symlink", "copy"]


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def cached(tmp_path: Path) -> Path:
    source = tmp_path / "object"
    source.write_bytes(b"content" * 500_000)
    source.chmod(0o444)
    return source


def failing(code: int) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise OSError(code, os.strerror(code))

    return fail


def seen(path: Path) -> tuple[str, int, bool, bytes]:
    """What can be told of a link: type of entry, mode, whether hard-linked, bytes."""
    status = path.lstat()
    target = str(path.readlink()) if path.is_symlink() else ""
    return target, status.st_mode, status.st_nlink > 1, path.read_bytes()


@pytest.mark.parametrize("content", [b"content", b""], ids=["full", "empty"])
@pytest.mark.parametrize(
    "types",
    [["copy"], ["hardlink"], ["symlink"], ["reflink", "copy"], ["reflink", "hardlink"], TYPES],
    ids=",".join,
)
def test_a_link_is_what_dvc_makes(tmp_path: Path, types: list[str], content: bytes) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        source = tmp_path / name / "object"
        source.write_bytes(content)
        source.chmod(0o444)
    link_remembering(tmp_path / "ours/object", tmp_path / "ours/live", list(types))
    theirs = str(tmp_path / "theirs/object"), str(tmp_path / "theirs/live")
    transfer(localfs, theirs[0], localfs, theirs[1], links=list(types))
    expected = seen(tmp_path / "theirs/live")
    expected = (expected[0].replace("theirs", "ours"), *expected[1:])
    assert seen(tmp_path / "ours/live") == expected


def test_a_copy_is_writable_and_a_hard_link_leaves_the_object_as_it_is(
    tmp_path: Path, cached: Path
) -> None:
    assert link_remembering(cached, tmp_path / "copy", ["copy"]) == "copy"
    assert link_remembering(cached, tmp_path / "hard", ["hardlink"]) == "hardlink"
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o644
    assert stat.S_IMODE(cached.stat().st_mode) == 0o444
    assert (tmp_path / "copy").read_bytes() == cached.read_bytes()


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_the_next_type_is_taken_where_one_does_not_work(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", failing(code))
    assert link_remembering(cached, tmp_path / "live", ["hardlink", "symlink"]) == "symlink"
    assert (tmp_path / "live").readlink() == cached


def test_only_what_the_filesystem_lacks_is_not_tried_again(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = ["hardlink", "copy"]
    monkeypatch.setattr(os, "link", failing(errno.EMLINK))
    assert link_remembering(cached, tmp_path / "a", types) == "copy"
    assert types == ["hardlink", "copy"]
    monkeypatch.setattr(os, "link", failing(errno.EXDEV))
    assert link_remembering(cached, tmp_path / "b", types) == "copy"
    assert types == ["copy"]


def test_no_type_that_works_is_an_error_that_says_what_to_do(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EXDEV))
    with pytest.raises(MlvcError) as caught:
        link_remembering(cached, tmp_path / "live", ["hardlink"])
    assert "cache.type" in caught.value.hint
    with pytest.raises(MlvcError, match="unknown"):
        link_remembering(cached, tmp_path / "live", ["teleport"])


@pytest.mark.parametrize("kind", TYPES[1:])
def test_nothing_is_overwritten(tmp_path: Path, cached: Path, kind: str) -> None:
    (tmp_path / "live").write_bytes(b"the user's")
    with pytest.raises(FileExistsError):
        link_remembering(cached, tmp_path / "live", [kind])
    assert (tmp_path / "live").read_bytes() == b"the user's"


@pytest.mark.parametrize("code", [errno.EXDEV, errno.ENOSYS, None])
def test_a_copy_is_whole_where_the_kernel_does_not_copy(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    real = os.copy_file_range

    def short(source: int, to: int, size: int, a: int, b: int) -> int:
        return 0 if a else real(source, to, 100, a, b)  # stops after 100 bytes

    monkeypatch.setattr(os, "copy_file_range", failing(code) if code else short)
    link_remembering(cached, tmp_path / "live", ["copy"])
    assert (tmp_path / "live").read_bytes() == cached.read_bytes()


def test_a_failed_copy_leaves_nothing_behind(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "copy_file_range", failing(errno.ENOSPC))
    with pytest.raises(OSError, match="No space"):
        link_remembering(cached, tmp_path / "live", ["copy", "symlink"])
    assert not os.path.lexists(tmp_path / "live")


def test_a_clone_that_works_is_a_writable_reflink(
    tmp_path: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ficlone(to: int, _: int, source: int) -> int:  # as btrfs and XFS do
        return os.write(to, os.pread(source, 1 << 30, 0))

    monkeypatch.setattr(fcntl, "ioctl", ficlone)
    assert link_remembering(cached, tmp_path / "live", list(TYPES)) == "reflink"
    assert stat.S_IMODE((tmp_path / "live").stat().st_mode) == 0o644
    assert (tmp_path / "live").read_bytes() == cached.read_bytes()


def test_an_object_that_is_a_link_is_hard_linked_itself(tmp_path: Path, cached: Path) -> None:
    (tmp_path / "alias").symlink_to(cached)
    assert link_remembering(tmp_path / "alias", tmp_path / "live", ["hardlink"]) == "hardlink"
    assert (tmp_path / "live").samefile(cached)
    assert not (tmp_path / "live").is_symlink()
