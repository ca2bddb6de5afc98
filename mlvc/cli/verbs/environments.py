"""`mlvc environments`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app
from mlvc.cli.planned import short
from mlvc.domain.wording import visible

if TYPE_CHECKING:
    from mlvc.ops.promoting import Place

app = verb_app()


@app.command()
def environments(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Show which release is in which environment, since when, and who put it there.

    \b
      mlvc environments
      mlvc environments fraud --json
    """
    from mlvc.ops.promoting import environments as places

    project = context.obj.project()
    found = places(project, model)
    if json:
        output.document("environments", {"environments": found})
        return
    heads = ("MODEL", "ENVIRONMENT", "RELEASE", "VERDICT", "SINCE (UTC)", "WHO", "")
    output.table([_row(place) for place in found], heads)
    if not found:
        context.obj.say("nothing is anywhere yet: `mlvc promote RELEASE production`")
    for place in found:
        if place.stale:
            context.obj.say(
                f"note: the last tag of {place.model}#{place.environment} takes a release out,"
                f" which DVC goes on giving: `mlvc promote RELEASE {place.environment}`"
            )
    context.obj.warn(project)


def _row(place: "Place") -> tuple[str, ...]:
    said = "; ".join(filter(None, (place.reason, place.override and f"override: {place.override}")))
    return (
        place.model,
        place.environment,
        short(place.release) if place.release else "–",
        place.verdict if place.release else "",
        output.moment(place.since) if place.since is not None else "",
        visible(place.who.split(" <")[0]),
        visible(said),
    )
