"""`mlvc history`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app
from mlvc.cli.tables import Markdown, markdown, refuse_several
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.cli.session import Session
    from mlvc.ops.chronicle import Event
    from mlvc.ops.project import Project

app = verb_app()
_HEADS = ("WHEN (UTC)", "WHAT", "RELEASE", "COMMIT", "WHO", "")


@app.command()
def history(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", show_default=False)] = None,
    env: Annotated[
        str | None, typer.Option(metavar="ENV", help="What was there, from when until when.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="What was in environments on that day, or just then."),
    ] = None,
    json: Json = False,
    md: Markdown = False,
) -> None:
    """Show releases, promotions and rollbacks, newest first; or what was in an environment.

    \b
      mlvc history
      mlvc history fraud --env production
      mlvc history --env production --at 2026-11-01
      mlvc history --at 2026-11-01T14:30+02:00 --json

    A DATE is as in ISO 8601, in UTC where it names no zone; a date alone means the whole day, a
    time without seconds the whole minute. All times that are shown are UTC.

    What follows what is told by ancestry and by the numbers of tags, not by dates: a tag that is
    dated before one with a lower number is named. Whoever can push a tag can choose the date and
    the names in it. A signed one says who made it: `git verify-tag TAG` looks whether that is so.
    """
    refuse_several(json=json, md=md)
    project = context.obj.project()
    if env is None and at is None:
        _events(context.obj, project, model, json=json, md=md)
    else:
        from mlvc.cli import stays

        stays.tell(context.obj, project, stays.Asked(model, env, at), json=json, md=md)
    context.obj.warn(project)


def _events(
    session: "Session", project: "Project", model: str | None, *, json: bool, md: bool
) -> None:
    from mlvc.cli.stays import say_misdated
    from mlvc.ops.chronicle import chronicle, misdated
    from mlvc.ops.stays import misdated_tags

    events = chronicle(project, model)
    late = list(dict.fromkeys((*misdated_tags(project, model), *misdated(events))))
    if json:
        output.document("history", {"events": events, "misdated": late})
        return
    rows = [_row(event) for event in events]
    markdown(rows, _HEADS) if md else output.table(rows, _HEADS)
    if not events:
        session.say("nothing yet: `mlvc tag` makes the first release")
    say_misdated(session, late)


def _row(event: "Event") -> tuple[str, ...]:
    return (
        output.moment(event.at),
        event.kind + (" (reverted)" if event.reverted else ""),
        event.subject or "–",
        event.commit[:10],
        shown(event.who.split(" <")[0]),
        shown("; ".join(filter(None, (event.detail, event.reason.split("\n")[0])))),
    )
