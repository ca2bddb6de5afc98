"""Where two files differ first."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

_BLOCK = 1 << 20
_LINE = 4096
_HEAD = 8000  # bytes in which git looks for a NUL, too


@dataclass(frozen=True)
class Spot:
    """The first byte in which two files differ, counted from 0, and the line that it is in, from 1.

    `lines` are the beginnings of that line in the old and the new file, `head` that of the new
    file's first line, `sizes` are in bytes.
    """

    offset: int
    line: int
    lines: tuple[bytes, bytes]
    head: bytes
    sizes: tuple[int, int]
    is_text: bool


def first_spot(old: Path, new: Path) -> Spot | None:
    """Compare two files, a block at a time; None where they are the same."""
    with open(old, "rb") as one, open(new, "rb") as other:
        line, start = 1, 0
        for number in count():
            blocks = one.read(_BLOCK), other.read(_BLOCK)
            same = _common(*blocks)
            line += blocks[0].count(b"\n", 0, same)
            if (end := blocks[0].rfind(b"\n", 0, same)) >= 0:
                start = number * _BLOCK + end + 1
            if blocks[0] != blocks[1]:
                return _spot(one, other, number * _BLOCK + same, line, start)
            if not blocks[0]:
                break
    return None


def _common(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _spot(one: BinaryIO, other: BinaryIO, offset: int, line: int, start: int) -> Spot:
    return Spot(
        offset=offset,
        line=line,
        lines=(_line(one, start), _line(other, start)),
        head=_line(other, 0),
        sizes=(one.seek(0, 2), other.seek(0, 2)),
        is_text=not any(_has_nul(file) for file in (one, other)),
    )


def _line(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.readline(_LINE).rstrip(b"\r\n")


def _has_nul(file: BinaryIO) -> bool:
    file.seek(0)
    return b"\0" in file.read(_HEAD)
