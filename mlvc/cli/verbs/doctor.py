"""`mlvc doctor`."""

from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app
from mlvc.errors import Exit
from mlvc.workspace.confine import shown

app = verb_app()


@app.command()
def doctor(
    context: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Finish or undo what a crash left, as `mlvc recover`.")
    ] = False,
    remote: Annotated[
        bool, typer.Option("--remote", help="Ask the Git remote for tags and evaluations, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Find what is wrong with a project, and say why it matters and what to do.

    \b
      mlvc doctor
      mlvc doctor --remote            is everything pushed, and as it is here?
      mlvc doctor --fix

    It looks at tags (lightweight, malformed, of no release, of no model, dates that do not rise,
    two versions on one commit), a withdrawn release at HEAD, dvc.yaml, dvc.lock and params.yaml
    that cannot be read or make no sense, what crashes left, how Git and DVC are set up, and hooks
    that do not run. It reads no objects: `mlvc verify` does. Exit codes: 0 nothing is wrong, 1
    something is.
    """
    from mlvc.hooks import looking
    from mlvc.hooks.installing import status
    from mlvc.ops.diagnosing import diagnose

    project = context.obj.project()
    found, hooks = diagnose(project, remote=remote, fix=fix), status(project)
    idle = looking.complaint(hooks)
    complaints = [*found.complaints, *([idle] if idle else [])]
    notes = [] if looking.are_wanted(hooks) else [looking.NONE]
    if json:
        output.document(
            "doctor", {"complaints": complaints, "mended": found.mended, "notes": notes}
        )
    else:
        for one in found.mended:
            print(f"{output.paint('mended:', 'green')} {shown(one.what)}")
        for one in complaints:
            print(f"{output.paint('wrong:', 'red')} {shown(one.what)}")
            print(f"  why: {one.why}\n  do:  {shown(one.todo)}")
        if not complaints:
            print("Nothing is wrong.")
        for note in notes:
            context.obj.say(f"note: {note}")
    raise typer.Exit(Exit.REFUSED if complaints else Exit.OK)
