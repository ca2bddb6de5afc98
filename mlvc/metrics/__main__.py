"""`python -m mlvc.metrics`: metrics of a file of predictions, as a stage of any pipeline."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.metrics import DRAWS, NAMES, Columns, Part, Report, report
from mlvc.metrics.report import written

_EXAMPLES = f"""
examples:
  python -m mlvc.metrics predictions.csv --truth late --predicted predicted
  python -m mlvc.metrics predictions.csv --truth late --score probability \\
      --slice origin --out metrics.json --intervals intervals.json

metrics: {", ".join(NAMES)}, ndcg@K, precision@K
"""


def main(arguments: list[str] | None = None) -> int:
    """Compute, then print or write; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        _run(given)
    except MlvcError as error:
        print(f"error: {error.message}", file=sys.stderr)
        print(f"hint: {error.hint}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    return Exit.OK


def _run(given: argparse.Namespace) -> None:
    columns = Columns(
        truth=given.truth,
        predicted=given.predicted,
        score=given.score,
        positive=given.positive,
        slices=tuple(given.slice),
        group=given.group,
        latency=given.latency,
    )
    shown = given.intervals or not given.out
    confidence = given.confidence if shown else None
    found = report(given.predictions, columns, given.metrics, confidence, given.draws)
    if not found.whole.metrics:
        raise MlvcError("nothing can be computed of these columns", "Name more of them: --help.")
    if given.confusion:
        _write(given.confusion, written(_confusion(found)))
    if given.intervals:
        _write(given.intervals, written(found.intervals()))
    if given.out:
        _write(given.out, found.to_json())
    else:
        _print(found)
    for place, part in _parts(found):
        for name, why in part.missing.items():
            print(f"note: {place}{name} is left out: {why}", file=sys.stderr)


def _confusion(found: Report) -> object:
    if found.confusion is None:
        raise MlvcError("there is no confusion without labels", "Name their column: --predicted.")
    return found.confusion.document()


def _parts(found: Report) -> Iterator[tuple[str, Part]]:
    yield "", found.whole
    for column, values in found.slices.items():
        for value, part in values.items():
            yield f"slices.{column}.{value}.", part


def _print(found: Report) -> None:
    rows = [
        (f"{place}{name}", f"{value:.5g}", "{:.5g} to {:.5g}".format(*part.intervals[name]))
        for place, part in _parts(found)
        for name, value in part.metrics.items()
    ]
    heads = ("METRIC", "VALUE", f"{100 * (found.confidence or 0):.4g} % INTERVAL")
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(2)]
    for name, value, ends in (heads, *rows):
        shown = "".join(c if c.isprintable() else "�" for c in name)
        print(f"{shown.ljust(widths[0])}  {value.rjust(widths[1])}  {ends}")
    print(f"{found.whole.rows:,} rows")


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise MlvcError(f"{path}: {error.strerror}", "Nothing was written there.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mlvc.metrics",
        description="Metrics of a CSV file of predictions, with bootstrap intervals.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("predictions", type=Path, help="the CSV file, with a header")
    columns = parser.add_argument_group("columns")
    for name, says in _COLUMNS.items():
        required = name == "truth"
        columns.add_argument(f"--{name}", metavar="COL", default="", help=says, required=required)
    columns.add_argument(
        "--slice", metavar="COL", action="append", default=[], help="metrics by its values, too"
    )
    parser.add_argument("--positive", metavar="LABEL", help="by default the greater of two")
    parser.add_argument(
        "--metrics", metavar="NAMES", type=_names, default=(), help="such as f1,roc_auc,rmse"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="write metrics here, as JSON")
    parser.add_argument("--intervals", metavar="FILE", type=Path, help="write intervals here")
    parser.add_argument("--confusion", metavar="FILE", type=Path, help="write the counts here")
    for name, kind, usual in (("confidence", _share, 0.95), ("draws", _count, DRAWS)):
        says = f"of an interval; {usual}"
        parser.add_argument(f"--{name}", metavar="N", type=kind, default=usual, help=says)
    return parser


_COLUMNS = {
    "truth": "what was true: labels, or numbers",
    "predicted": "what the model said",
    "score": "the probability of the positive label, or what rows are ranked by",
    "group": "rows are ranked within those that have one value here",
    "latency": "how long each row took",
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return share


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return count


if __name__ == "__main__":
    sys.exit(main())
