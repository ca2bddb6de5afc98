"""`mlvc github init`."""

from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json


def init(
    context: typer.Context,
    install: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="What installs mlvc, and what the stages need."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write anew what was edited, too.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Write workflows: evaluate, release, rollback, watch. Says what differs, overwrites nothing.

    \b
      mlvc github init
      mlvc github init --install 'python -m pip install -r ci/requirements.txt'

    They lie in .github/workflows, as mlvc-NAME.yml, and are yours to edit. Run again after mlvc
    was updated: what you have not edited is as it was written, so `git diff` shows what is new.
    """
    from mlvc.github.workflows import write

    done = write(context.obj.project(), install, force=force, dry_run=dry_run)
    if json:
        rows = [{"path": one.path, "state": one.state} for one in done.workflows]
        content = {"workflows": rows, "written": done.written, "secrets": done.secrets}
        output.document("github-init", {**content, "notes": done.notes})
        return
    for one in done.workflows:
        said = "would write" if dry_run else "wrote"
        print(f"{said if one.path in done.written else one.state}  {one.path}")
        if one.state == "differs" and one.path not in done.written:
            print(one.difference)
    for name in done.secrets:
        context.obj.say(f"secret to set on GitHub, for the DVC remote: {name}")
    for note in done.notes:
        context.obj.say(f"note: {note}")
