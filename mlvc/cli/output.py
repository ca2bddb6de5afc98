"""Results as text or JSON. Data goes to stdout, everything else to stderr."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from itertools import repeat
from typing import Any

from mlvc.domain import figures
from mlvc.errors import MlvcError

SCHEMA = 1
# What is printed elsewhere, too.
is_number, number = figures.is_number, figures.number
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


def plain(value: Any) -> Any:
    """A result as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def document(kind: str, content: Mapping[str, Any]) -> None:
    """Print a JSON document: its schema's version, what it is, and the content."""
    print(json.dumps({"schema": SCHEMA, "kind": kind, **plain(content)}, indent=2))


def error(error: MlvcError, *, as_json: bool) -> None:
    """Print an error: what happened, and what to do."""
    if as_json:
        content = {"message": error.message, "hint": error.hint, "exit": int(error.code)}
        print(json.dumps({"schema": SCHEMA, "kind": "error", **content}), file=sys.stderr)
        return
    print(f"{paint('error:', 'red', sys.stderr)} {error.message}", file=sys.stderr)
    if error.hint:
        print(f"{paint('hint:', 'yellow', sys.stderr)} {_sentence(error.hint)}", file=sys.stderr)


def _sentence(text: str) -> str:
    # A hint may begin with a command or a name, which stays as it is.
    return text[0].upper() + text[1:] if text.split(" ", maxsplit=1)[0].isalpha() else text


def table(rows: Iterable[Sequence[object]], heads: Sequence[str] = ()) -> None:
    """Print rows as aligned columns; numbers to the right."""
    side_by_side([list(map(str, column)) for column in zip(*rows, strict=True)], heads)


def side_by_side(columns: Sequence[Sequence[str]], heads: Sequence[str] = ()) -> None:
    """Print columns below their heads, aligned; numbers to the right. Nothing of empty ones.

    Row by row, 100,000 of them would take twice as long.
    """
    if not any(columns):
        return
    titles: Sequence[str | None] = heads or [None] * len(columns)
    aligned = [_aligned(*pair) for pair in zip(columns, titles, strict=True)]
    lines = [line.rstrip() for line in map("  ".join, zip(*aligned, strict=True))]
    if heads:
        lines[0] = paint(lines[0], "bold")
    print("\n".join(lines))  # at once: each line by itself would take longer to write than to make


def _aligned(column: Sequence[str], head: str | None) -> Iterable[str]:
    whole = column if head is None else (head, *column)
    pad = str.rjust if all(map(is_number, column)) else str.ljust
    return map(pad, whole, repeat(max(map(len, whole))))


def size(count: int | None) -> str:
    """A number of bytes as people read it."""
    amount = float(count or 0)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":  # noqa: PLR2004
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return ""


def moment(epoch: float) -> str:
    """A time as people read it, in UTC."""
    day, second = divmod(int(epoch), 86_400)
    return f"{_date(day)} {_clock(second // 60)}"


@lru_cache
def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).date().isoformat()


@lru_cache(1440)
def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def paint(text: str, style: str, stream: Any = None) -> str:
    """Colour, on a terminal that wants it."""
    stream = stream or sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"
