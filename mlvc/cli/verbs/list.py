"""`mlvc list`."""

from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app

app = verb_app()


@app.command("list")
def list_(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Show the releases, lowest version first: which is current, which is withdrawn.

    \b
      mlvc list
      mlvc list fraud --json
    """
    from mlvc.ops.listing import list_releases

    project = context.obj.project()
    found = list_releases(project, model)
    if json:
        rows = [
            {**output.plain(r.release), "name": r.release.name, "current": r.current,
             "withdrawn": r.withdrawn, "reachable": r.reachable}
            for r in found.rows
        ]  # fmt: skip
        output.document("list", {"releases": rows, "unreleased": found.unreleased,
                                 "problems": found.problems})  # fmt: skip
        return
    output.table(
        [
            (
                r.release.name,
                _standing(r.current, r.withdrawn, r.reachable),
                r.release.verdict,
                r.release.commit[:10],
                output.moment(r.release.tagged_at),
                r.release.message.partition("\n")[2].strip().split("\n")[0],
            )
            for r in found.rows
        ],
        ("RELEASE", "", "VERDICT", "COMMIT", "TAGGED (UTC)", "MESSAGE"),
    )
    for name in found.unreleased:
        context.obj.say(f"{name}: HEAD is no release (`mlvc tag` makes it one)")
    if not found.rows and not found.unreleased:
        context.obj.say("no releases, and no model is declared here: see `mlvc init --help`")
    context.obj.warn(project)


def _standing(current: bool, withdrawn: bool, reachable: bool) -> str:
    words = [
        "current" if current else "",
        "withdrawn" if withdrawn else "",
        "" if reachable else "other branch",
    ]
    return ", ".join(word for word in words if word)
