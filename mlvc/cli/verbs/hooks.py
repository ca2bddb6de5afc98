"""`mlvc hooks`."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, verb_app
from mlvc.cli.resumed import tell
from mlvc.domain.wording import few
from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.hooks.installing import Status
    from mlvc.hooks.objection import Objection
    from mlvc.ops.bringing import Brought

app = verb_app()
_MANY = 10


@app.callback()
def hooks() -> None:
    """Have Git keep models out of it, artifacts beside HEAD, and unproven releases here.

    \b
      mlvc hooks install                  beside the hooks that are there, which run first
      mlvc hooks install --merge-driver   and merge dvc.lock by stage
      mlvc hooks status

    pre-commit refuses models and data, and a dvc.lock that is not of its dvc.yaml. post-checkout,
    post-merge and post-rewrite bring the artifacts of HEAD, if the cache has them. pre-push refuses
    a release whose data is not on the remote, whose gate fails, or that moved. docs/hooks.md says
    more.
    """


@app.command()
def install(
    context: typer.Context,
    merge_driver: Annotated[
        bool, typer.Option("--merge-driver", help="Merge dvc.lock by stage, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Put the hooks in place; those that are there stay, and run first."""
    from mlvc.hooks.installing import install as put

    _show(put(context.obj.project(), merge_driver=merge_driver), json=json)


@app.command()
def uninstall(context: typer.Context, json: Json = False) -> None:
    """Take the hooks and the merge driver away; what was there before is as it was."""
    from mlvc.hooks.installing import uninstall as take

    _show(take(context.obj.project()), json=json)


@app.command()
def status(context: typer.Context, json: Json = False) -> None:
    """Tell which hooks are there. Exit codes: 0 all are, 1 one is not, or cannot run."""
    from mlvc.hooks.installing import status as look

    found = look(context.obj.project())
    _show(found, json=json)
    raise typer.Exit(Exit.OK if found.is_installed else Exit.REFUSED)


@app.command(hidden=True)
def run(
    context: typer.Context, name: str, words: Annotated[list[str] | None, typer.Argument()] = None
) -> None:
    """What the hooks call, with the words that Git gives them."""
    given = [*(words or []), "", ""]
    if name == "pre-commit":
        from mlvc.hooks.committing import objections

        _refuse("commit", objections(context.obj.folder, given[0] or "HEAD^{tree}"))
    elif name == "pre-push":
        from mlvc.hooks import pushing

        wanted = pushing.updates(sys.stdin.read())
        _refuse("push", pushing.objections(context.obj.folder, given[0], wanted))
    elif name in ("post-checkout", "post-merge", "post-rewrite"):
        _follow(context.obj.folder, given[0], given[1])
    else:
        raise MlvcError(f"there is no hook {name!r} of mlvc", "`mlvc hooks status`.", Exit.USAGE)


def _follow(folder: Path, old: str, new: str) -> None:
    from mlvc.hooks.following import follow

    try:
        for found in follow(folder, old, new, partial(tell, _say)):
            _tell(found)
    except MlvcError as error:
        _say(f"the artifacts do not follow HEAD: {error.message}")
        _say(error.hint)
        raise typer.Exit(error.code) from error


@app.command(hidden=True)
def merge(context: typer.Context, base: Path, ours: Path, theirs: Path, path: str) -> None:
    """What Git calls to merge dvc.lock, with three files of its own."""
    from mlvc.ops.lock_merging import merge_files

    folder = context.obj.folder
    found = merge_files(folder / base, folder / ours, folder / theirs)
    for stage, read in found.stale:
        _say(f"{path}: stage {stage} read another {read} than is there now: `dvc repro {stage}`")
    if found.conflicts:
        names = ", ".join(found.conflicts)
        _say(f"{path}: both sides ran {names} anew: keep one of the two, then `dvc repro`")
        raise typer.Exit(Exit.REFUSED)


def _show(found: "Status", *, json: bool) -> None:
    if json:
        output.document("hooks", {**output.plain(found), "installed": found.is_installed})
        return
    print(f"Hooks of {shown(found.folder)}")
    rows = [
        (f"  {h.name}", h.state, f"after {shown(h.before)}" if h.before else "")
        for h in found.hooks
    ]
    output.table(
        [*rows, ("  merge of dvc.lock", "by stage" if found.merge_driver else "by line", "")]
    )
    if found.before and found.is_installed:
        print(
            f"They stand in front of core.hooksPath, {shown(found.before)}: every hook there runs."
        )


def _refuse(what: str, found: Sequence["Objection"]) -> None:
    """Say what speaks against it, and end; Git does, too."""
    if not found:
        return
    _say(f"this {what} is refused")
    for one in found[:_MANY]:
        print(f"  {shown(one.what)}: {shown(one.why)}\n    do: {shown(one.todo)}", file=sys.stderr)
    if len(found) > _MANY:
        print(f"  and {len(found) - _MANY} more", file=sys.stderr)
    print(f"  `git {what} --no-verify` does it all the same", file=sys.stderr)
    raise typer.Exit(Exit.REFUSED)


def _tell(found: "Brought") -> None:
    if found.done:
        _say(f"artifacts follow HEAD: {_names(found.done)}")
    if found.kept:
        _say(f"left as they are, for they have changes of yours: {_names(found.kept)}")
    for path in found.saved:
        _say(f"what was written to it meanwhile is in {shown(path)}")
    if found.missing:
        _say(f"not in the cache, so left as they are: {_names(found.missing)}; `dvc pull` has them")


def _names(paths: Sequence[str]) -> str:
    return few(list(map(shown, paths)))


def _say(text: str) -> None:
    print(f"mlvc: {text}", file=sys.stderr)
