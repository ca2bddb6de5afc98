"""`mlvc verify`."""

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlvc.cli import output, progress, wide
from mlvc.cli.options import Json, Model, verb_app
from mlvc.cli.tables import Markdown, escaped, markdown, refuse_several
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlvc.domain.verification import Checked, Finding, Verified

app = verb_app()
_HEADS = ("RELEASE", "STATUS", "OBJECTS", "DIGEST", "SIGNATURE", "")
_TOLD = 5  # findings of one output; --json has all


@app.command()
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE | RANGE]...", show_default=False)
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Every release of every model: the default.")
    ] = False,
    remote: Annotated[
        bool, typer.Option("--remote", help="Ask the DVC remote for every object, too.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every byte, whatever was proven before.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="This tag is right as it is now. Repeatable."),
    ] = None,
    model: Model = None,
    json: Json = False,
    md: Markdown = False,
) -> None:
    """Prove that releases are there and intact: objects, digests, tags, signatures.

    \b
      mlvc verify                     every release, as far as this clone has it
      mlvc verify v1.2.0 --deep       one release, every byte read anew
      mlvc verify --remote --json     in CI: is all of it on the DVC remote, too?
      mlvc verify --remote --deep     has anybody tampered with the remote?

    Of each release: every object that its rollback needs is in the cache, with the content of its
    name; the model has the SHA-256 that the tag says; the tag has not moved since this clone first
    verified it (.git/mlvc/seen-tags); its signature, if there is one, is valid. Nothing is fetched.

    What was proven and has its size, times and inode since is not read again, but for --deep. With
    --remote, an object that only the remote has is no fault. The remote is asked what it has, and
    with --deep each object is downloaded once and hashed; nothing of it is kept.

    Exit codes: 0 all is well, 13 something is missing, 14 something is corrupt or forged (which
    comes before all else), 1 another finding: a tag that moved, a signature that is not valid.
    """
    from mlvc.ops.verifying import Scope
    from mlvc.ops.verifying import verify as prove

    refuse_several(json=json, md=md)
    if all_ and names:
        raise MlvcError("--all and names do not go together", "Leave one out.", Exit.USAGE)
    scope = Scope(tuple(names or ()), model, remote, deep, tuple(accept or ()))
    project = context.obj.project()
    with progress.line(context.obj) as show:
        found = prove(project, scope, show)
    if json:
        output.document("verify", content(found))
    else:
        _print(found, md=md)
        _say(context, found)
    raise typer.Exit(found.status.exit)


def content(found: "Verified") -> dict[str, Any]:
    """What --json prints: all of it, with what it comes to."""
    rows = [{**output.plain(row), "status": row.status.value} for row in found.releases]
    return {"status": found.status.value, **output.plain(found), "releases": rows}


def _print(found: "Verified", *, md: bool) -> None:
    rows = [_row(one) for one in found.releases]
    if md:
        print(f"**{found.status}**\n")
        markdown(rows, _HEADS)
        print()
    else:
        wide.table(_HEADS, rows)
    every = [*found.findings, *(one for row in found.releases for one in row.findings)]
    mark = "- " if md else ""
    each: dict[object, Finding] = {}
    for one in every:  # of what several releases share, the first one's hint will do
        each.setdefault((one.kind, one.message), one)
    for text in _told(each.values()):
        print(f"{mark}{escaped(text) if md else text}")
    for note in (row.note for row in found.releases if row.note):
        print(f"{mark}note: {escaped(note) if md else note}")


def _row(one: "Checked") -> tuple[str, ...]:
    words = f"{one.elsewhere:,} on the remote only" if one.elsewhere else ""
    status = output.paint(one.status, "green" if one.status.exit == Exit.OK else "red")
    return (one.name, status, str(one.objects), one.digest, one.signature, words)


def _told(findings: "Iterable[Finding]") -> list[str]:
    """A line for each finding; of one output, a few."""
    lines = []
    for _, some in groupby(findings, key=lambda f: (f.kind, f.path.split("/")[0] or f.message)):
        group = list(some)
        lines += [f"{one.kind}: {one.message}. {one.hint}" for one in group[:_TOLD]]
        if len(group) > _TOLD:
            lines.append(f"{group[0].kind}: and {len(group) - _TOLD:,} more; --json has all")
    return lines


def _say(context: typer.Context, found: "Verified") -> None:
    say = context.obj.say
    for note in found.notes:
        say(note)
    if found.first_seen:
        say(f"tags seen for the first time: {found.first_seen:,}; from now on, moves are told")
    if any(row.signature == "unchecked" for row in found.releases):
        say(
            "signatures are unchecked: nothing here says whose are good"
            " (`git config gpg.ssh.allowedSignersFile FILE`)"
        )
    if not found.releases:
        say("no releases yet: `mlvc tag` makes the first one")
