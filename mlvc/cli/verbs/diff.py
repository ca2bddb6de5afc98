"""`mlvc diff`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app
from mlvc.cli.tables import Markdown, escaped, markdown, refuse_several

if TYPE_CHECKING:
    from mlvc.ops.differing import Diff, Metric

app = verb_app()


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="A")],
    new: Annotated[str, typer.Argument(metavar="[B]")] = "HEAD",
    with_: Annotated[
        str | None,
        typer.Option("--with", metavar="REV", help="Take both metrics by this evaluator."),
    ] = None,
    model: Model = None,
    json: Json = False,
    md: Markdown = False,
) -> None:
    """Compare two releases or revisions: metrics, parameters, data, code, artifact.

    \b
      mlvc diff v1.2.0 v1.3.0
      mlvc diff v1.2.0 v1.3.0 --with HEAD
    """
    from mlvc.ops.differing import diff as compare

    refuse_several(json=json, md=md)
    project = context.obj.project()
    found = compare(project, old, new, with_, model)
    if json:
        output.document("diff", output.plain(found))
        return
    title = f"{found.old} → {found.new}"
    print(f"**{escaped(title)}**\n" if md else output.paint(title, "bold"))
    _metrics(found, md=md)
    params = found.difference.params
    same = found.artifact[0] == found.artifact[1]
    rows = [
        *_section("parameters", [f"{p.name}: {_value(p.old)} → {_value(p.new)}" for p in params]),
        *_section("data", found.difference.data),
        *_section("code", found.difference.code),
        ("artifact", "the same" if same else f"{found.artifact[0]} → {found.artifact[1]}"),
    ]
    markdown(rows, ("", "")) if md else output.table(rows)
    context.obj.warn(project)


def _metrics(found: "Diff", *, md: bool) -> None:
    tested = any(metric.interval for metric in found.metrics)
    rows = [(*_row(metric), *([_interval(metric)] if tested else [])) for metric in found.metrics]
    heads = ("METRIC", "A", "B", "CHANGE", *(["95 % INTERVAL"] if tested else []))
    if md and rows:
        markdown(rows, heads)
        print()
    elif not md:
        output.table(rows, heads)
    if rows and not found.same_evaluator:
        print(
            "note: each by its own evaluator, so these cannot be compared; `--with HEAD` does that"
        )
    if found.note:
        print(f"note: no intervals: {found.note}")


def _row(metric: "Metric") -> tuple[str, str, str, str]:
    known = metric.old is not None and metric.new is not None
    change = (metric.new or 0) - (metric.old or 0) if known else None
    return (
        metric.name,
        output.number(metric.old),
        output.number(metric.new),
        output.number(change, signed=True),
    )


def _interval(metric: "Metric") -> str:
    """The interval; one with nothing in it but chance says so."""
    if metric.interval is None:
        return ""
    low, high = metric.interval
    text = f"{output.number(low, signed=True)} to {output.number(high, signed=True)}"
    return text if low > 0 or high < 0 or low == high == 0 else f"{text}, may be chance"


def _section(title: str, items: Iterable[str]) -> list[tuple[str, str]]:
    """Rows of which the first has the title."""
    return [("" if at else title, item) for at, item in enumerate(items)]


def _value(value: object) -> object:
    return "–" if value is None else value
