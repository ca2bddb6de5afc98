"""`mlvc gc`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output, progress
from mlvc.cli.options import DryRun, Json, Yes, verb_app
from mlvc.domain.wording import counted
from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.ops.collecting import Collection, Emptied
    from mlvc.ops.project import Project

app = verb_app()


@app.command()
def gc(
    context: typer.Context,
    remote: Annotated[
        bool, typer.Option("--remote", help="Collect the default DVC remote, too.")
    ] = False,
    dvc_remote: Annotated[
        str | None, typer.Option(metavar="NAME", help="Collect this DVC remote, too.")
    ] = None,
    grace: Annotated[
        str, typer.Option(metavar="SPAN", help="Keep what changed in this time; 0 for nothing.")
    ] = "14d",
    projects: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help="Another clone that uses the cache or remote; repeatable."
        ),
    ] = None,
    sole: Annotated[
        bool, typer.Option("--sole", help="Nothing else uses the cache, though it lies outside.")
    ] = False,
    lost: Annotated[
        list[str] | None,
        typer.Option(metavar="MANIFEST", help="A folder's manifest that nobody has any more."),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove the objects that nothing needs from DVC's cache, and from its remote.

    \b
      mlvc gc --dry-run            what would go, and how much
      mlvc gc                      the cache
      mlvc gc --remote             the remote, too, which all clones share: it asks first

    What is needed: every release, promotion and other tag, every state that was rolled back from,
    every branch and stash, evaluations, and what the worktrees have, committed or not; with
    --remote also all that the Git remotes have. What is not known is not collected: a release that
    cannot be read stops it. The run cache stays: a run of it whose outputs went is run again.
    `mlvc -v gc` names each object.

    Exit codes: 11 something is at work here, 13 and 14 it is not known what is needed.
    """
    from mlvc.ops.collecting import Request, collect

    project = context.obj.project()
    name = _remote(project, dvc_remote) if remote or dvc_remote else None
    request = Request(name, _span(grace), tuple(projects or ()), sole, tuple(lost or ()))

    def agree(plan: "Collection") -> None:
        if name and not yes:
            if not json:
                show(plan, everything=context.obj.verbose)
            context.obj.agree(
                f"what goes from remote {name!r} goes for all clones and repositories that use it,"
                " and cannot be undone",
                "go on?",
                "Say `--yes`; another repository that uses it is named with --projects.",
            )

    with progress.line(context.obj) as say:
        done = collect(project, request, agree, say, dry_run=dry_run)
    if json:
        output.document("gc", output.plain(done))
    else:
        show(done, everything=context.obj.verbose)


def _remote(project: "Project", name: str | None) -> str:
    known = project.store.setup.remotes
    found = name or project.store.remote
    if found is None:
        raise MlvcError(
            "no default DVC remote is configured here",
            "Add one: `dvc remote add --default NAME URL`.",
        )
    if found not in known:
        raise MlvcError(
            f"there is no DVC remote {found!r}", f"One of {', '.join(known)}.", Exit.USAGE
        )
    return found


def _span(text: str) -> float:
    from mlvc.domain import duration

    return 0.0 if text.strip() == "0" else duration.seconds(text)


def show(done: "Collection", *, everything: bool) -> None:
    """Print what goes and what stays; `everything` names the objects."""
    for place in done.places:
        where = f"DVC remote {place.place}" if place.is_remote else f"the cache {place.place}"
        print(_headline(place, output.paint(shown(where), "bold"), done=done.done))
        for digest in place.digests if everything else ():
            print(f"    {digest}")
        rows = [("kept", place.kept, place.kept_size, "needed")]
        if place.recent:
            rows.append(("kept", place.recent, place.recent_size, "not needed, but recent"))
        output.table(
            [("  " + verb, f"{count:,}", output.size(size), why) for verb, count, size, why in rows]
        )
    print(f"  needed by: {', '.join(counted(n, what) for what, n in done.counts.items() if n)}")


def _headline(place: "Emptied", where: str, *, done: bool) -> str:
    if not place.objects:
        return f"Nothing to collect in {where}"
    verb = "Collected" if done else "Would collect"
    return f"{verb} {counted(place.objects, 'object')} ({output.size(place.size)}) of {where}"
