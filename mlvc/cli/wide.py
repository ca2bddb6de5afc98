"""Tables that may be wider than the terminal: they are turned then, or told in parts."""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from mlvc.cli import output

_GAP = 2
Row = Sequence[str]
Part = tuple[Row, list[Row]]
"""Heads, and the rows below them."""


def table(heads: Row, rows: Sequence[Row]) -> None:
    """Print rows: a name, what there is of it, and words about it ("" for none) at the end.

    What does not fit the terminal is printed with names as columns, or so many columns at a time,
    whichever has fewer parts; the words are below then.
    """
    limit = columns()
    if limit is None or sum(_widths((heads, *rows)), _GAP * (len(heads) - 1)) <= limit:
        output.table(rows, heads)
        return
    bare = [row[:-1] for row in rows]
    turned: list[Row] = list(zip(heads[:-1], *bare, strict=True))
    simpler = _simpler(limit, (heads[:-1], bare), (turned[0], turned[1:]))
    for number, (part, body) in enumerate(simpler):
        if number:
            print()
        output.table(body, part)
    wrapped = textwrap.TextWrapper(
        limit, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    for line in _words(rows):
        print("\n".join(wrapped.wrap(line)))


def columns() -> int | None:
    """How many columns the terminal has; None where there is none, and nobody said how many."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return shutil.get_terminal_size().columns
    return None


def _simpler(limit: int, *forms: Part) -> list[Part]:
    parts = [list(_parts(heads, rows, limit)) for heads, rows in forms]
    return min(parts, key=lambda part: (len(part), sum(len(rows) for _, rows in part)))


def _parts(heads: Row, rows: Sequence[Row], limit: int) -> Iterator[Part]:
    """As many columns at a time as fit beside the first one, which is repeated."""
    first, *widths = _widths((heads, *rows))
    begin, used = 1, first
    for at, width in enumerate(widths, 1):
        if at > begin and used + _GAP + width > limit:
            yield _part(heads, begin, at), [_part(row, begin, at) for row in rows]
            begin, used = at, first
        used += _GAP + width
    yield _part(heads, begin, None), [_part(row, begin, None) for row in rows]


def _part(row: Row, begin: int, end: int | None) -> Row:
    return (row[0], *row[begin:end])


def _words(rows: Sequence[Row]) -> Iterator[str]:
    """What is said of which rows."""
    for words in dict.fromkeys(row[-1] for row in rows if row[-1]):
        names = [row[0] for row in rows if row[-1] == words]
        yield f"{words}: {'all' if len(names) == len(rows) else ', '.join(names)}"


def _widths(rows: Sequence[Row]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]
