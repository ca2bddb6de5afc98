"""What git prints of thousands of commits and tags, taken apart while it prints it."""

import fcntl
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO

from mlvc.registry.ahead import ahead
from mlvc.registry.git import Git
from mlvc.registry.tags import ALL
from mlvc.registry.trees import try_objects

_CHUNK = 1 << 20
_FEW = 50  # commits are small, and asking for so many costs less than a process


def records(git: Git, width: int, *args: str) -> Iterator[list[tuple[str, ...]]]:
    """What a git command prints: records of `width` fields, each ended by NUL, some at a time.

    Raises `GitFailed` at its end.
    """
    fields: list[str] = []
    rest = b""
    with git.printing(*args) as printed:
        _widen(printed)
        while chunk := printed.read1(_CHUNK):  # type: ignore[attr-defined]
            whole, nul, rest = (rest + chunk).rpartition(b"\0")
            fields += os.fsdecode(whole).split("\0") if nul else []
            end = len(fields) // width * width
            yield list(zip(*[iter(fields[:end])] * width, strict=True))
            del fields[:end]


@contextmanager
def printing_tags(git: Git, *patterns: str) -> Iterator[IO[bytes]]:
    """What git prints of the tags of these patterns of refs; `tag_objects` takes it apart."""
    names = ("for-each-ref", "--format=%(objectname) %(refname:strip=2)", *patterns)
    texts = ("cat-file", "--buffer", "--batch=%(objecttype) %(objectsize) %(rest)")
    with git.printing(*names) as named, git.printing(*texts, given=named) as printed:
        _widen(named)
        _widen(printed)
        yield printed


def tags_ahead(cwd: Path) -> IO[bytes]:
    """What git prints of all tags, begun at once: it takes as long as we need to get ready."""
    return ahead(partial(printing_tags, Git(cwd), ALL))


def tag_objects(printed: IO[bytes]) -> Iterator[tuple[str, str, bytes]]:
    """The name, the kind and the data of what tags name.

    A kind is blob, tree, commit or tag; only tags come with data. Of what is not here there is an
    id in place of the name, and no kind.
    """
    for head in printed:
        if not head.endswith(b"\n"):
            return  # git was ended, and its status says so
        kind, _, rest = head[:-1].partition(b" ")
        size, _, name = rest.partition(b" ")
        if kind == b"tag":
            # A newline follows.
            yield os.fsdecode(name), "tag", printed.read(int(size) + 1)[:-1]
        elif not name:
            yield kind.decode(), "", b""
        else:
            _skip(printed, int(size) + 1)
            yield os.fsdecode(name), kind.decode(), b""


def _widen(pipe: IO[bytes]) -> None:
    """Let git print more before it has to wait for us; a pipe of Linux has room for 64 KiB."""
    if sys.platform == "linux":
        with suppress(OSError):  # a user can only have so many
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)


def _skip(printed: IO[bytes], size: int) -> None:
    # A tag's name may be that of a file of many gigabytes.
    for at in range(0, size, _CHUNK):
        printed.read(min(_CHUNK, size - at))


def no_commits(git: Git, ids: Iterable[str]) -> dict[str, str]:
    """Those ids under which no commit is kept, with the kind of what is, as in `tag_objects`."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) <= _FEW:
        found = try_objects(git, wanted)
        kinds = {one: found[one].kind if one in found else "" for one in wanted}
        return {one: kind for one, kind in kinds.items() if kind != "commit"}
    asked, how = "".join(f"{one}\n" for one in wanted).encode(), "--batch-check=%(objecttype)"
    said = git.read("cat-file", "--buffer", how, data=asked).decode().splitlines()
    return {
        one: "" if kind.endswith(" missing") else kind
        for one, kind in zip(wanted, said, strict=True)
        if kind != "commit"
    }
