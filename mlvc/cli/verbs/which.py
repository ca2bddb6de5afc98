"""`mlvc which`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, Repo, verb_app
from mlvc.domain.wording import counted
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.which import Which

app = verb_app()


@app.command()
def which(
    context: typer.Context,
    subject: Annotated[
        str | None, typer.Argument(metavar="[FILE | REV]", show_default=False)
    ] = None,
    repo: Repo = None,
    model: Model = None,
    json: Json = False,
) -> None:
    """Say which release a file, a folder or a commit is. Exit code 13 when it is none.

    \b
      mlvc which                  HEAD
      mlvc which model.pkl        the file as it lies there
      mlvc which main~3
      mlvc which model.pkl --repo https://example.com/team/models.git

    It goes by digest, never by name. With --repo it works anywhere: of the repository there, only
    the tags of releases are fetched.
    """
    from mlvc.ops.which import which as identify
    from mlvc.ops.which import which_elsewhere

    if repo is not None:
        if subject is None or model is not None:
            raise MlvcError(
                "--repo is asked about a file or a folder",
                "`mlvc which FILE --repo URL`.",
                Exit.USAGE,
            )
        found = which_elsewhere(repo, subject, context.obj.folder)
    else:
        project = context.obj.project_or_elsewhere()
        found = identify(project, subject, context.obj.folder, model)
    if json:
        names = [release.name for release in found.releases]
        output.document("which", {**output.plain(found), "releases": names})
    else:
        _print(found)
        if repo is None:
            context.obj.warn(project)
    if found.unknown and not found.releases:
        which = counted(len(found.unknown), "tag of plain GTO states", "tags of plain GTO state")
        context.obj.say(f"not compared: {which} no digest")
    if not found.releases:
        raise typer.Exit(Exit.MISSING)


def _print(found: "Which") -> None:
    if not found.releases:
        print(f"{found.subject} is no release ({found.digest})")
    output.table([(release.name, _state(found, release.name)) for release in found.releases])


def _state(found: "Which", name: str) -> str:
    withdrawn = ["withdrawn"] if name in found.withdrawn else []
    return ", ".join([*found.environments.get(name, ()), *withdrawn])
