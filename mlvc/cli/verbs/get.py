"""`mlvc get`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Repo, verb_app

if TYPE_CHECKING:
    from mlvc.ops.getting import Got

app = verb_app()


@app.command()
def get(
    context: typer.Context,
    release: Annotated[str, typer.Argument(metavar="MODEL[@VERSION | @ENVIRONMENT]")],
    repo: Repo = None,
    path: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PATH", help="Default: its own name, here."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is at PATH.")] = False,
    json: Json = False,
) -> None:
    """Have the artifact of one release as a file or folder, proven by its digest.

    \b
      mlvc get fraud@1.2.0             from this repository
      mlvc get fraud@production        what is in an environment
      mlvc get fraud -o model.bin      the latest
      mlvc get 1.2.0 --repo https://example.com/team/models.git

    A repository elsewhere is not cloned: one tag is fetched, then the objects straight from the
    DVC remote that its default branch names. PATH is whole or not there, whatever happens.
    """
    from mlvc.ops.getting import Wanted, abroad
    from mlvc.ops.getting import get as hand_out

    wanted = Wanted(release, context.obj.folder, path, force=force)
    got = abroad(repo, wanted) if repo else hand_out(context.obj.project_or_elsewhere(), wanted)
    if json:
        output.document("get", {**output.plain(got), "release": got.release.name})
        return
    _print(got)
    for note in got.notes:
        context.obj.say(f"note: {note}")


def _print(got: "Got") -> None:
    verb = "Already there" if got.was_there else "Got"
    print(f"{verb}: {output.paint(got.release.name, 'bold')} at {got.path}")
    print(f"  {got.digest}, proven by {got.proven}")
