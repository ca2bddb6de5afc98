"""`mlvc demote`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json, Model, verb_app
from mlvc.cli.planned import short

if TYPE_CHECKING:
    from mlvc.ops.promoting import Demoted

app = verb_app()


@app.command()
def demote(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(metavar="ENV", show_default=False)],
    model: Model = None,
    reason: Annotated[
        str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; it is kept in the tags.")
    ] = "",
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign the tags, as `git tag -s` does.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take out what is in an environment; the release that was there before comes back.

    \b
      mlvc demote production -r "recall fell"
      mlvc demote fraud#production

    Writes the tag MODEL#ENV!#N, and MODEL#ENV#M on the release that comes back. No gates are
    asked, since it was there before; one that is withdrawn by now is refused. Your files are not
    touched: `mlvc rollback` is what restores them.
    """
    from mlvc.ops.promoting import demote as take_out

    project = context.obj.project()
    done = take_out(project, environment, model, reason, sign=sign, dry_run=dry_run)
    if json:
        back = done.back.name if done.back else None
        output.document("demote", {**output.plain(done), "back": back})
        return
    _print(done)
    if done.back is None:
        context.obj.say(
            f"note: `dvc artifacts get … --stage {done.environment}` goes on giving"
            f" {short(done.release)}, until another release is promoted: DVC takes nothing out"
        )
    context.obj.warn(project)


def _print(done: "Demoted") -> None:
    verb = "Took" if done.made else "Would take"
    print(f"{verb} {output.paint(short(done.release), 'bold')} out of {done.environment}")
    back = done.back.name if done.back else "nothing: none was there before"
    output.table([(" ", "tag", ", ".join(done.tags)), (" ", "there again", back)])
