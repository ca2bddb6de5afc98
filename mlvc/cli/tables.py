"""Tables for other eyes than a terminal's: Markdown for a pull request, CSV for a spreadsheet."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from mlvc.domain.markdown import escaped, table
from mlvc.errors import Exit, MlvcError

__all__ = ["Csv", "Markdown", "comma_separated", "escaped", "markdown", "refuse_several"]

Markdown = Annotated[bool, typer.Option("--md", help="Print Markdown, for a pull request.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, every number in full.")]


def refuse_several(**forms: bool) -> None:
    """Refuse more than one of `--json`, `--md` and `--csv`."""
    wanted = [f"--{name}" for name, asked in forms.items() if asked]
    if len(wanted) > 1:
        raise MlvcError(f"{' and '.join(wanted)} do not go together", "Leave one out.", Exit.USAGE)


def markdown(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """A table as GitHub reads it; numbers to the right."""
    cells = [[escaped(str(cell)) for cell in row] for row in rows]
    print(table(cells, [escaped(head) for head in heads]))


def comma_separated(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """A table as spreadsheets read it (RFC 4180, but for the line ends); None is empty."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
