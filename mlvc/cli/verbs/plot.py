"""`mlvc plot`."""

from pathlib import Path
from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app
from mlvc.cli.tables import refuse_several

app = verb_app()


@app.command()
def plot(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="METRIC|roc|pr|calibration")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE | RANGE | REV]...", show_default=False)
    ] = None,
    with_: Annotated[
        str | None, typer.Option("--with", metavar="REV", help="By this revision's evaluator.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A .svg, .png or .json to write."),
    ] = None,
    model: Model = None,
    json: Json = False,
) -> None:
    """Draw a metric by release, or curves of releases. Nothing is run: `mlvc eval` does that.

    \b
      mlvc plot f1 --with HEAD -o f1.svg              every release, by today's evaluator
      mlvc plot f1 '>=1.0,<2'                         as each was tagged; Vega-Lite on stdout
      mlvc plot roc v1.2.0 v1.3.0 --with HEAD -o roc.png
      mlvc plot calibration v1.3.0 -o calibration.svg

    A metric is drawn with the intervals of each release alone, where predictions tell (see `mlvc
    gate --help`); two that overlap may differ all the same, which a gate's test finds out row by
    row. The last good release is the baseline; gates on the metric are lines, rollbacks arrows.
    Curves (of HEAD, where no release is named) need predictions with a score. A metric that is
    called roc, pr or calibration cannot be drawn. SVG and PNG need `pip install 'mlvc[plot]'`;
    --json prints the numbers behind the picture.
    """
    from mlvc.ops import overlaying, plotting
    from mlvc.plots import by_release, files, overlay

    refuse_several(json=json, output=file is not None)
    path = context.obj.folder / file if file else None
    if path:
        files.check(path)
    project = context.obj.project()
    if what in overlaying.CURVES:
        curves = overlaying.overlay(project, what, names or [], with_, model)
        spec, notes, found = overlay.spec(curves), curves.notes, output.plain(curves)
    else:
        metric = plotting.by_release(project, what, names or [], with_, model)
        spec, notes, found = by_release.spec(metric), metric.notes, output.plain(metric)
    if json:
        output.document("plot", found)
    elif path:
        files.write(spec, path)
        context.obj.say(f"wrote {file}")
    else:
        print(files.text(spec))
    for note in notes:
        context.obj.say(f"note: {note}")
    context.obj.warn(project)
