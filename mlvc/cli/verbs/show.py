"""`mlvc show`."""

from collections.abc import Mapping
from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app

app = verb_app()


@app.command()
def show(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[RELEASE | REV]", show_default=False)
    ] = None,
    model: Model = None,
    json: Json = False,
) -> None:
    """Show one release, by default the current one, and every evaluation of its model.

    \b
      mlvc show
      mlvc show v1.2.0 --json
    """
    from mlvc.ops.listing import show as find

    project = context.obj.project()
    found = find(project, name, model)
    release = found.row.release
    if json:
        content = {**output.plain(release), "name": release.name, "current": found.row.current,
                   "withdrawn": found.row.withdrawn}  # fmt: skip
        output.document("show", {**content, "evaluations": found.evaluations})
        return
    state = [
        w for w, on in (("current", found.row.current), ("withdrawn", found.row.withdrawn)) if on
    ]
    print(output.paint(release.name, "bold") + (f"  ({', '.join(state)})" if state else ""))
    if body := release.message.partition("\n")[2].strip():
        print(f"\n{body}\n")
    facts = [
        ("commit", release.commit),
        ("tagged", f"{output.moment(release.tagged_at)} UTC by {release.tagger}"),
        ("signed", "yes (`git tag -v` verifies)" if release.signed else "no"),
        ("model", release.path),
        ("digest", release.digest),
        ("object", release.object),
        ("after", release.previous),
        ("bump", release.bump),
        ("verdict", release.verdict),
        ("override", release.override),
    ]
    output.table([(name, value) for name, value in facts if value])
    output.table([(f"  {n}", output.number(v)) for n, v in sorted(release.metrics.items())])
    for past in found.evaluations:
        what = past.error if past.status != "OK" else _metrics(past.metrics)
        print(f"evaluated by {past.evaluator_revision[:10]} on {output.moment(past.at)}: {what}")
    context.obj.warn(project)


def _metrics(metrics: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {output.number(value)}" for name, value in sorted(metrics.items()))
