"""`mlvc which`."""

from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app

app = verb_app()


@app.command()
def which(
    context: typer.Context,
    subject: Annotated[
        str | None, typer.Argument(metavar="[FILE | REV]", show_default=False)
    ] = None,
    model: Model = None,
    json: Json = False,
) -> None:
    """Say which release a file, a folder or a commit is. Exit code 13 when it is none.

    \b
      mlvc which                  HEAD
      mlvc which model.pkl        the file as it lies there
      mlvc which main~3
    """
    from mlvc.ops.which import which as identify

    project = context.obj.project()
    found = identify(project, subject, context.obj.folder, model)
    if json:
        names = [release.name for release in found.releases]
        output.document(
            "which", {"subject": found.subject, "digest": found.digest, "releases": names}
        )
    else:
        print(
            "\n".join(r.name for r in found.releases)
            or f"{found.subject} is no release ({found.digest})"
        )
        context.obj.warn(project)
    if not found.releases:
        raise typer.Exit(13)
