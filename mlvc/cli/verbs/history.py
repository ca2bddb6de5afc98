"""`mlvc history`."""

from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app
from mlvc.workspace.confine import shown

app = verb_app()


@app.command()
def history(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Show releases and rollbacks, newest first.

    \b
      mlvc history
      mlvc history fraud --json
    """
    from mlvc.ops.chronicle import chronicle

    project = context.obj.project()
    events = chronicle(project, model)
    if json:
        output.document("history", {"events": events})
        return
    output.table(
        [
            (
                output.moment(event.at),
                event.kind + (" (reverted)" if event.reverted else ""),
                event.subject,
                event.commit[:10],
                shown(event.who.split(" <")[0]),
                shown("; ".join(filter(None, (event.detail, event.reason.split("\n")[0])))),
            )
            for event in events
        ],
        ("WHEN (UTC)", "WHAT", "RELEASE", "COMMIT", "WHO", ""),
    )
    if not events:
        context.obj.say("nothing yet: `mlvc tag` makes the first release")
    context.obj.warn(project)
