"""`mlvc tag`."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json, verb_app
from mlvc.cli.verbs.push import send_made, show
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.domain.release import Release
    from mlvc.ops.project import Project
    from mlvc.ops.tagging import Tagged

app = verb_app()
_PARTS = ("auto", "major", "minor", "patch")


@app.command()
def tag(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[MODEL[@VERSION] | VERSION]", show_default=False)
    ] = None,
    bump: Annotated[
        str, typer.Option(metavar="PART", help="auto, major, minor or patch.")
    ] = "auto",
    pre: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Make a prerelease, such as rc.")
    ] = None,
    message: Annotated[
        str, typer.Option("-m", "--message", metavar="TEXT", help="What to say about it.")
    ] = "",
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign the tag, as `git tag -s` does.")
    ] = False,
    allow_same: Annotated[
        bool, typer.Option("--allow-same", help="Release the same artifact again (rc to final).")
    ] = False,
    allow_failing: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Release it although its gate says FAIL, and say why."),
    ] = None,
    push: Annotated[
        bool, typer.Option("--push", help="Then send it, as `mlvc push RELEASE` does.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Release HEAD: write an annotated tag MODEL@vX.Y.Z.

    \b
      mlvc tag                    the version explains itself
      mlvc tag 2.0.0 -m "New encoder"
      mlvc tag fraud --bump minor --pre rc

    Refuses what is uncommitted, not reproduced, missing, unchanged, or failing its gate.
    """
    from mlvc.ops.tagging import Wanted
    from mlvc.ops.tagging import tag as release

    if bump not in _PARTS:
        raise MlvcError(
            f"{bump!r} is no part of a version", f"One of {', '.join(_PARTS)}.", Exit.USAGE
        )
    part = None if bump == "auto" else bump
    wanted = Wanted(
        name,
        part,  # type: ignore[arg-type]
        pre,
        message,
        sign=sign,
        allow_same=allow_same,
        allow_failing=allow_failing,
    )
    project = context.obj.project()
    done = release(project, wanted, dry_run=dry_run)
    if not json:
        _print(done)
        context.obj.warn(project)
    pushed = None
    if push and done.made:
        name = done.release.name
        pushed = send_made(context, name, f"{name} is released here")
    if done.made:
        _tell_workflow(done.release)
    if json:
        content = {**output.plain(done.release), "name": done.release.name}
        made = {"reasons": done.reasons, "notes": done.notes, "made": done.made, "pushed": pushed}
        output.document("tag", {**content, **made})
    elif pushed:
        show(pushed)
    if done.made:
        _keep_ready(context, project, done.release)


def _print(done: "Tagged") -> None:
    verb = "Released" if done.made else "Would release"
    print(f"{verb} {output.paint(done.release.name, 'bold')} at {done.release.commit[:10]}")
    details = [(" ", "version", reason) for reason in done.reasons]
    if done.own_commit:
        why = "an empty one, since GTO takes one version a commit"
        details.append((" ", "commit", why))
    details.append((" ", "after", done.release.previous or "nothing: this is the first release"))
    details.append((" ", "verdict", _verdict(done.judgement.verdict, len(done.judgement.findings))))
    if done.release.override:
        details.append((" ", "override", done.release.override))
    output.table(details)
    for finding in done.judgement.findings:
        print(f"    {finding.verdict.lower()}: {finding.explanation}")
    for note in done.notes:
        print(f"  note: {note}")


def _tell_workflow(made: "Release") -> None:
    """Later steps of a workflow go on with what was made."""
    from mlvc.github.runner import Runner

    version = f"v{made.version}"
    Runner(os.environ).put({"release": made.name, "version": version, "verdict": made.verdict})


def _keep_ready(context: typer.Context, project: "Project", made: "Release") -> None:
    """As params.yaml has it. The release stands, whatever becomes of this."""
    if not project.settings().prepare:
        return
    from mlvc.ops.preparing import after_release

    try:
        done = after_release(project, made)
    except (MlvcError, OSError) as error:
        why = error.message if isinstance(error, MlvcError) else error.strerror
        context.obj.say(f"warning: the releases before could not be kept ready: {why}")
        context.obj.say(
            "hint: Mend that, then `mlvc prepare`; or take `prepare` out of params.yaml."
        )
        return
    for name in done.releases if done else ():
        context.obj.say(f"ready to go back to: {name}")
    for note in done.notes if done else ():
        context.obj.say(f"note: {note}")


def _verdict(verdict: str, rules: int) -> str:
    return "NONE (params.yaml has no gates)" if not rules else verdict
