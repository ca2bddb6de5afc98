"""`mlvc pull`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import GitRemote, Json, verb_app
from mlvc.domain.wording import counted

if TYPE_CHECKING:
    from mlvc.ops.sharing import Pulled

app = verb_app()


@app.command()
def pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE]...", show_default=False)
    ] = None,
    data: Annotated[
        bool, typer.Option("--data", help="Fetch and prove the objects of these releases, or all.")
    ] = False,
    remote: GitRemote = None,
    json: Json = False,
) -> None:
    """Take over what is new on the Git remote: commits, releases, promotions, evaluations.

    \b
      mlvc pull                    as `git fetch` does: your files and branches stay as they are
      mlvc pull --data v1.2.0      have this release here, with all that a rollback to it needs

    Evaluations are united with yours. A tag that moved there is reported, and never followed.
    """
    from mlvc.ops.sharing import pull as take

    done = take(context.obj.project(), names or [], remote=remote, data=data)
    if json:
        output.document("pull", output.plain(done))
    else:
        _print(done)


def _print(done: "Pulled") -> None:
    rows = [(name, counted(count, "new commit")) for name, count in done.commits.items()]
    rows += [("tag", tag) for tag in done.tags]
    if done.evaluations:
        rows.append(("evaluations", f"{done.evaluations:,} new"))
    name = output.paint(done.remote, "bold")
    print(f"Pulled from {name}" if rows else f"No new tags or evaluations on {name}")
    output.table([(" ", *row) for row in rows])
    if done.objects is not None:
        print(f"  {counted(done.objects, 'object is', 'objects are')} here, and proven")
    for note in done.notes:
        print(f"  note: {note}")
