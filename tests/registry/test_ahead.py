"""What git prints is read before it is asked for."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO, Any

import pytest

from mlvc.errors import MlvcError
from mlvc.registry.ahead import ahead
from mlvc.registry.streams import tag_objects, tags_ahead
from tests.project import Project


def test_what_is_printed_is_read_to_its_end_before_anybody_asks() -> None:
    over = Event()

    @contextmanager
    def printing() -> Iterator[IO[bytes]]:
        yield io.BytesIO(b"one\ntwo\n" + b"x" * 3_000_000)
        over.set()

    begun = ahead(printing)
    assert over.wait(60)  # nobody has read a byte
    assert begun.readline() == b"one\n"
    assert begun.read(4) == b"two\n"
    assert begun.read() == b"x" * 3_000_000
    assert begun.read() == b""


class Trickle(io.RawIOBase):
    """A pipe that never has more than a few bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        return self._data.readinto(memoryview(room)[:7])


def test_what_comes_in_many_small_parts_is_read_whole_before_anybody_asks() -> None:
    data, over = b"".join(b"line %d\n" % number for number in range(2000)), Event()

    @contextmanager
    def printing() -> Iterator[IO[bytes]]:
        yield io.BufferedReader(Trickle(data))
        over.set()

    begun = ahead(printing)
    assert over.wait(60)
    assert b"".join(begun) == data


@pytest.mark.parametrize("printed", [b"", b"half a li"])
def test_an_error_reaches_who_reads(printed: bytes) -> None:
    @contextmanager
    def printing() -> Iterator[IO[bytes]]:
        yield io.BytesIO(printed)
        raise MlvcError("git failed")

    with pytest.raises(MlvcError, match="git failed"):
        list(tag_objects(ahead(printing)))


def test_tags_are_those_that_git_names(built_two_releases: Project, tmp_path: Path) -> None:
    found = {name for name, kind, _ in tag_objects(tags_ahead(built_two_releases.path)) if kind}
    assert found == set(built_two_releases.git("tag").split())
    with pytest.raises(MlvcError, match="not a git repository"):
        list(tag_objects(tags_ahead(tmp_path)))
