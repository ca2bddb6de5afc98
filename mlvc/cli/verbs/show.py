"""`mlvc show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output, wide
from mlvc.cli.options import Json, Model, verb_app
from mlvc.domain.wording import visible
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.domain.evaluation import Evaluation

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
    release = found.release
    if json:
        content = {**output.plain(release), "name": release.name, "current": found.current,
                   "withdrawn": found.withdrawn, "environments": found.environments}  # fmt: skip
        output.document("show", {**content, "evaluations": found.evaluations})
        return
    state = [w for w, on in (("current", found.current), ("withdrawn", found.withdrawn)) if on]
    print(output.paint(release.name, "bold") + (f"  ({', '.join(state)})" if state else ""))
    if body := release.message.partition("\n")[2].strip():
        print("", *map(visible, body.split("\n")), "", sep="\n")
    facts = [
        ("commit", release.commit),
        ("tagged", f"{output.moment(release.tagged_at)} UTC by {release.tagger}"),
        ("in", ", ".join(found.environments)),
        ("signed", "yes (`git tag -v` verifies)" if release.signed else "no"),
        ("model", release.path),
        ("digest", release.digest),
        ("object", release.object),
        ("after", release.previous),
        ("bump", release.bump),
        ("verdict", release.verdict),
        ("override", release.override),
    ]
    output.table([(name, visible(value)) for name, value in facts if value])
    output.table(
        [(f"  {visible(n)}", output.number(v)) for n, v in sorted(release.metrics.items())]
    )
    if found.evaluations:
        print("\nevaluated by")
        _evaluations(found.evaluations)
    context.obj.warn(project)


def _evaluations(made: "tuple[Evaluation, ...]") -> None:
    names = sorted({name for past in made for name in past.metrics})
    rows = [
        (
            past.evaluator_revision[:10],
            output.moment(past.at)[:10],
            *(output.number(past.metrics.get(name)) for name in names),
            shown(past.error),
        )
        for past in made
    ]
    wide.table(("EVALUATOR", "ON", *map(shown, names), ""), rows)
