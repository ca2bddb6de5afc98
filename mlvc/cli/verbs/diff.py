"""`mlvc diff`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app

if TYPE_CHECKING:
    from mlvc.ops.differing import Diff

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
) -> None:
    """Compare two releases or revisions: metrics, parameters, data, code, artifact.

    \b
      mlvc diff v1.2.0 v1.3.0
      mlvc diff v1.2.0 v1.3.0 --with HEAD
    """
    from mlvc.ops.differing import diff as compare

    project = context.obj.project()
    found = compare(project, old, new, with_, model)
    if json:
        output.document("diff", output.plain(found))
        return
    print(output.paint(f"{found.old} → {found.new}", "bold"))
    _metrics(found)
    params = found.difference.params
    same = found.artifact[0] == found.artifact[1]
    rows = [
        *_section("parameters", [f"{p.name}: {_value(p.old)} → {_value(p.new)}" for p in params]),
        *_section("data", found.difference.data),
        *_section("code", found.difference.code),
        ("artifact", "the same" if same else f"{found.artifact[0]} → {found.artifact[1]}"),
    ]
    output.table(rows)
    context.obj.warn(project)


def _metrics(found: "Diff") -> None:
    rows = []
    for metric in found.metrics:
        known = metric.old is not None and metric.new is not None
        change = (metric.new or 0) - (metric.old or 0) if known else None
        rows.append(
            (
                metric.name,
                output.number(metric.old),
                output.number(metric.new),
                output.number(change, signed=True),
            )
        )
    output.table(rows, ("METRIC", "A", "B", "CHANGE"))
    if rows and not found.same_evaluator:
        print(
            "note: each by its own evaluator, so these cannot be compared; `--with HEAD` does that"
        )


def _section(title: str, items: Iterable[str]) -> list[tuple[str, str]]:
    """Rows of which the first has the title."""
    return [("" if at else title, item) for at, item in enumerate(items)]


def _value(value: object) -> object:
    return "–" if value is None else value
