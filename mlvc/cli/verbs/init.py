"""`mlvc init`."""

from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app

app = verb_app()


@app.command()
def init(
    context: typer.Context,
    template: Annotated[
        str | None, typer.Option(metavar="NAME", help="Write a complete pipeline: flights.")
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="Declare a model …")] = None,
    path: Annotated[str | None, typer.Option(metavar="FILE", help="… and where it lies.")] = None,
    json: Json = False,
) -> None:
    """Make a Git repository ready. Safe to run again: nothing is overwritten.

    \b
      mlvc init --template flights               a working pipeline to learn from
      mlvc init --model fraud --path model.pkl   your own model
    """
    from mlvc.ops.starting import start

    found = start(context.obj.folder, template, model, path)
    if json:
        output.document("init", output.plain(found))
        return
    done = [("added to" if name in found.added_to else "wrote", name) for name in found.written]
    output.table([*done, *(("kept", name) for name in found.kept)])
    context.obj.say(_next(found.model, template))


def _next(model: str | None, template: str | None) -> str:
    if model is None:
        return "Next: declare your model: `mlvc init --model NAME --path FILE`."
    if template is not None:
        return "Next: `dvc repro`, `git add -A && git commit`, then `mlvc tag`."
    return f"Next: `dvc repro` (or `dvc add`), commit, then `mlvc tag {model}`."
