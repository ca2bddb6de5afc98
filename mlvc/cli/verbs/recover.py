"""`mlvc recover`."""

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app

app = verb_app()


@app.command()
def recover(context: typer.Context, json: Json = False) -> None:
    """Finish or undo what a crash left. Harmless when there is nothing.

    \b
      mlvc recover

    Every verb that writes does this first, so you rarely need it.
    """
    from mlvc.ops.recover import recover as settle

    found = settle(context.obj.project())
    if json:
        output.document("recover", output.plain(found))
        return
    what = f"the interrupted {found.request} {found.what}"
    said = {
        "nothing": "Nothing to recover.",
        "undone": f"Undid {what}: all is as it was before.",
        "finished": f"Finished {what}.",
    }
    print(said[found.outcome])
    for path in found.saved:
        context.obj.say(f"kept what was in the way: {path}")
