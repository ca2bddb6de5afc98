"""What is different between an output as it was recorded and as it came out now."""

from codecs import getincrementaldecoder
from collections.abc import Mapping
from pathlib import Path

from mlvc.domain.wording import both, column
from mlvc.ops.reproduction.archives import member
from mlvc.ops.reproduction.flattening import flat, key, kind_of
from mlvc.workspace.confine import shown
from mlvc.workspace.differing import Spot, first_spot

_TABLES = {".csv": ",", ".tsv": "\t"}

Files = Mapping[str, Path]
"""The files of an output by their path in it; that of a single file as ""."""


def files_of(path: Path) -> dict[str, Path]:
    """The files of an output as it lies there."""
    if not path.is_dir():
        return {"": path} if path.is_file() else {}
    return {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}


def explain(path: str, old: Files, new: Files) -> str:
    """Where the output at `path` differs first, in words; empty where it is the same."""
    for name in sorted({*old, *new}):
        where = f"{shown(name)}: " if name else ""
        if name not in new:
            return f"{where}is gone" if name else "is a folder now"
        if name not in old:
            return f"{where}is new" if name else "is a file now"
        if spot := first_spot(old[name], new[name]):
            return f"{where}{_of_file(name or path, old[name], new[name], spot)}"
    return ""


def _of_file(name: str, old: Path, new: Path, spot: Spot) -> str:
    in_key = key(flat(name, old), flat(name, new))
    return in_key or member(old, new) or _place(kind_of(name), spot)


def _place(kind: str, spot: Spot) -> str:
    old, new = map(_text, spot.lines)
    if not spot.is_text or old is None or new is None or old == new:
        return _byte(spot)
    head = _text(spot.head) if kind in _TABLES and spot.line > 1 else None
    found = head and column(head, old, new, _TABLES[kind])
    return f"line {spot.line:,}, {found or both(old, new)}"


def _byte(spot: Spot) -> str:
    old, new = spot.sizes
    size = f"both have {new:,} bytes" if old == new else f"recorded {old:,} bytes, now {new:,}"
    return f"byte {spot.offset:,} is the first that differs; {size}"


def _text(line: bytes) -> str | None:
    """The line as text, without a character that its end may have cut; None where it is none."""
    try:
        return getincrementaldecoder("utf-8")().decode(line)
    except UnicodeDecodeError:
        return None
