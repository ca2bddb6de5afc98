"""`mlvc push`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, GitRemote, Json, verb_app
from mlvc.errors import MlvcError

if TYPE_CHECKING:
    from mlvc.ops.sharing import Delivered, Pushed

app = verb_app()


@app.command()
def push(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE]...", show_default=False)
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every release: objects that are missing there go again.")
    ] = False,
    remote: GitRemote = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Send what the Git remote lacks: releases, promotions, evaluations and the branch.

    \b
      mlvc push                    all that is new
      mlvc push v1.2.0             this release, with its promotions
      mlvc push --all              see to the objects of every release, too

    Objects go to the DVC remote first, and each is proven to be there before a tag that needs it
    is on the Git remote. Nothing there is overwritten. Interrupted, run it again.
    """
    from mlvc.ops.sharing import push as send

    done = send(
        context.obj.project(),
        names or [],
        every=every,
        remote=remote,
        dry_run=dry_run,
        tell=context.obj.say,
    )
    if json:
        output.document("push", output.plain(done))
    else:
        show(done)


def send_made(context: typer.Context, name: str, done: str) -> "Pushed":
    """Send a release after another verb; where that fails, `done` says what is so all the same."""
    from mlvc.ops.sharing import push as send

    try:
        return send(context.obj.project(), [name], tell=context.obj.say)
    except MlvcError as error:
        raise MlvcError(
            f"{done}, and not pushed: {error.message}",
            f"{error.hint} Then `mlvc push {name}`.".strip(),
            error.code,
        ) from error


def show(done: "Pushed") -> None:
    """Print what was sent."""
    rows = [(" ", *row) for row in _rows(done)]
    verb = "Pushed to" if done.done else "Would push to"
    refs = done.commit or done.evaluations or done.tags or done.taken
    if refs or any(store.sent for store in done.objects):
        print(f"{verb} {output.paint(done.remote, 'bold')}")
    else:
        print(f"Nothing to push: {done.remote} has it all")
    output.table(rows)
    for note in done.notes:
        print(f"  note: {note}")


def _rows(done: "Pushed") -> list[tuple[str, str]]:
    rows = [("objects", _told(store)) for store in done.objects]
    if done.branch and done.commit:
        rows.append((done.branch, done.commit[:10]))
    if done.evaluations:
        rows.append(("evaluations", "united with those there"))
    return [*rows, *(("tag", tag) for tag in done.tags)]


def _told(store: "Delivered") -> str:
    sent = (
        f"{store.sent:,} sent ({output.size(store.size)})" if store.sent else "none had to be sent"
    )
    return f"{store.objects:,}, all proven to be on remote {store.remote}; {sent}"
