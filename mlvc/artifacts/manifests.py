"""The manifests of folders, which are DVC's objects too: a row for each file."""

import json
import re
import sys
from functools import partial
from typing import Any

# A row as DVC writes it; names that JSON escapes are left to JSON.
_ROW = re.compile(r'(?:^\[|, )\{"md5": "([0-9a-f]{32})", "relpath": "([^"\\\x00-\x1f]+)"\}')
_FRAME = len(', {"md5": "", "relpath": ""}') + 32
_DIGEST = re.compile(r"[a-z0-9-]+:[0-9a-f]{32}")
_SOME = 16
_BETWEEN, _BEGIN = "}, {", '{"md5": "'


def rows_of(text: str, algorithm: str) -> dict[str, str]:
    """The files of a manifest's text; raises ValueError where it makes no sense."""
    plain: list[tuple[str, str]] = _ROW.findall(text)
    if text.endswith("]") and len(text) == sum(len(name) + _FRAME for _, name in plain):
        # Every byte is of a row, but for the last: `[` is shorter than `, ` by that.
        files = {sys.intern(name): f"{algorithm}:{value}" for value, name in plain}
    else:
        plain = _read(text, algorithm)
        files = dict(plain)
    if len(files) < len(plain):
        raise ValueError("a name is there twice")
    return files


def _read(text: str, algorithm: str) -> list[tuple[str, str]]:
    # A row at a time: as dictionaries, all of them take more than what they say.
    try:
        rows = json.loads(text, object_hook=partial(_row, algorithm))
        files = dict(rows)
        sound = all(isinstance(name, str) and _DIGEST.fullmatch(d) for name, d in files.items())
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError(text[:100]) from error
    if not sound or not isinstance(rows, list):
        raise ValueError(text[:100])
    return rows


def _row(algorithm: str, row: dict[str, Any]) -> tuple[str, str]:
    # The same names are in the next manifest, and on the disk.
    return sys.intern(row["relpath"]), f"{algorithm}:{row['md5']}"


def without_common(one: str, other: str) -> tuple[str, str]:
    """Two manifests without the rows that they share: what is left is quickly read.

    Where they are not as DVC writes them, they are returned as they are.
    """
    ours, theirs = _rows(one), _rows(other)
    if not ours or not theirs:
        return one, other
    return _text(ours, frozenset(theirs)), _text(theirs, frozenset(ours))


def seem_alike(one: bytes, other: bytes) -> bool:
    """Whether two manifests seem to share half of their rows or more: some of them tell."""
    begin = _BEGIN.encode()
    begins = (one.find(begin, at) for at in range(0, len(one), max(1, len(one) // _SOME)))
    rows = [one[at : one.find(b"}", at)] for at in begins if at >= 0]
    return sum(row in other for row in rows) * 2 >= len(rows)


def _rows(text: str) -> list[str]:
    """The texts of the rows; nothing where they cannot be told without reading them."""
    rows = text[2:-2].split(_BETWEEN)
    # What looks like the end of a row may be in a name; what looks like its beginning may not.
    return rows if text[:2] + text[-2:] == "[{}]" and text.count(_BEGIN) == len(rows) else []


def _text(rows: list[str], known: frozenset[str]) -> str:
    left = [row for row in rows if row not in known]
    return f"[{{{_BETWEEN.join(left)}}}]" if left else "[]"
