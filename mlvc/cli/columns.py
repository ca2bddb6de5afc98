"""The columns of `mlvc list` that a user may choose, in the order in which they are named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from mlvc.cli import output
from mlvc.cli.planned import short
from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.ops.finding import About
    from mlvc.ops.listing import Row

_Cell = Callable[["Row", "About"], str]

KNOWN: Mapping[str, _Cell] = {
    "release": lambda row, _: row.tag.name,
    "model": lambda row, _: row.tag.model,
    "version": lambda row, _: f"v{row.tag.version}",
    "state": lambda row, _: standing(row, with_environments=False),
    "environments": lambda row, _: ", ".join(row.environments),
    "verdict": lambda row, _: row.tag.summary()[0],
    "commit": lambda row, _: row.tag.commit[:10],
    "date": lambda row, _: output.moment(row.tag.tagged_at),
    "author": lambda row, _: row.tag.tagger,
    "message": lambda row, _: row.tag.summary()[1],
    "bump": lambda row, _: row.release.bump or "",
    "previous": lambda row, _: short(row.release.previous or ""),
    "override": lambda row, _: row.release.override or "",
    "signed": lambda row, _: "yes" if row.release.signed else "no",
    "path": lambda row, _: row.release.path or "",
    "digest": lambda row, _: row.release.digest or "",
    "labels": lambda _, about: ", ".join(sorted(about.labels)),
    "description": lambda _, about: about.description,
}
"""By name; any other name is that of a metric."""


def columns(text: str, rows: Sequence["Row"]) -> tuple[str, ...]:
    """The columns that `a,b,c` names; raises `MlvcError` (USAGE) for what no release has."""
    names = tuple(name.strip() for name in text.split(","))
    unknown = [name for name in names if name not in KNOWN]
    # The first release that has them all is enough.
    if not unknown or any(row.release.metrics.keys() >= set(unknown) for row in rows):
        return names
    metrics = {name for row in rows for name in row.release.metrics}
    for name in unknown:
        if name not in metrics and (rows or not name):
            raise _no_column(name, sorted(metrics))
    return names


def _no_column(name: str, metrics: Sequence[str]) -> MlvcError:
    every = [*KNOWN, *metrics]
    begun = [one for one in every if name and one.startswith(name)]
    close = begun or get_close_matches(name, every, 1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return MlvcError(
        f"there is no column {name!r}",
        f"{guess}Columns: {', '.join(KNOWN)}. Metrics: {', '.join(metrics) or 'none'}.",
        Exit.USAGE,
    )


def cells(
    names: Sequence[str], rows: Iterable["Row"], told: Callable[[str], "About"]
) -> Iterator[tuple[str, ...]]:
    """The cells of each release; `told` gives what its model is said to be."""
    for row in rows:
        metrics = row.release.metrics
        yield tuple(
            shown(KNOWN[name](row, told(row.tag.model)))
            if name in KNOWN
            else output.number(metrics.get(name))
            for name in names
        )


def heads(names: Iterable[str]) -> tuple[str, ...]:
    """What stands above them."""
    return tuple("TAGGED (UTC)" if name == "date" else name.upper() for name in names)


def standing(row: "Row", *, with_environments: bool = True) -> str:
    """What a release is on the line of HEAD, and where it is in use."""
    state = row[1:]
    return _words(state if with_environments else (*state[:-1], ()))


@lru_cache
def _words(state: tuple[bool, bool, bool, tuple[str, ...]]) -> str:
    current, withdrawn, reachable, environments = state
    words = [
        "current" if current else "",
        "withdrawn" if withdrawn else "",
        *environments,
        "" if reachable else "other branch",
    ]
    return ", ".join(filter(None, words))
