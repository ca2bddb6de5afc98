"""`mlvc promote`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json, Model, verb_app

if TYPE_CHECKING:
    from mlvc.ops.promoting import Promoted

app = verb_app()


@app.command()
def promote(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RELEASE", show_default=False)],
    environment: Annotated[str, typer.Argument(metavar="ENV", show_default=False)],
    reason: Annotated[
        str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; it is kept in the tag.")
    ] = "",
    model: Model = None,
    allow_failing: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Do it although something objects, and say why."),
    ] = None,
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign the tag, as `git tag -s` does.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Make an environment of this name.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Put a release into an environment: write an annotated tag MODEL#ENV#N.

    \b
      mlvc promote v1.2.0 staging
      mlvc promote staging production     what is in staging
      mlvc promote latest eu/canary --new -r "10 % of Europe"

    GTO and `dvc artifacts get REPO MODEL --stage ENV` read it. What an environment asks of a
    release is said in params.yaml; all of it can be left out, for all models or below
    `models: {NAME: {environments: …}}` for one:

    \b
      mlvc:
        environments:
          production:
            requires: staging     # it is, or was, in that environment,
            after: 2h             # for at least so long in all (s, m, h, d)
            verdict: PASS         # that it was tagged with; INCONCLUSIVE takes that as well
            gates: [{metric: f1, max_drop: 0.01, baseline: production}]

    A withdrawn release is refused, as is one of which a gate of the environment says anything but
    PASS; for these HEAD's evaluator counts (`mlvc eval RELEASE --with HEAD`). The verdict that a
    release was tagged with counts where `verdict` asks for it, and is noted where it is bad.
    `--allow-failing REASON` overrides all that, and the tag keeps the reason.

    Exit codes: 0 done, or there already; 1 refused; 3, 4, 5 gate FAIL, INCONCLUSIVE, ERROR.
    """
    from mlvc.ops.promoting import Wanted
    from mlvc.ops.promoting import promote as put

    project = context.obj.project()
    wanted = Wanted(name, environment, model, reason, allow_failing, sign=sign, new=new)
    done = put(project, wanted, dry_run=dry_run)
    if json:
        content = {**output.plain(done), "release": done.release.name}
        output.document("promote", {**content, "commit": done.release.commit})
    else:
        _print(done)
        context.obj.warn(project)
    if done.note:
        context.obj.say(f"note: {done.note}")


def _print(done: "Promoted") -> None:
    name = output.paint(done.release.name, "bold")
    if not done.tag:
        print(f"Nothing to do: {name} is in {done.environment} already.")
        return
    print(f"{'Promoted' if done.made else 'Would promote'} {name} to {done.environment}")
    details = [
        (" ", "tag", done.tag),
        (" ", "instead of", done.before or "nothing: none is there"),
        (" ", "verdict", done.release.verdict),
    ]
    if done.judgement.findings:
        details.append((" ", f"gates of {done.environment}", done.judgement.verdict))
    if done.override:
        details.append((" ", "override", done.override))
    output.table(details)
    for objection in done.overridden:
        print(f"    although {objection}")
    for finding in done.judgement.findings:
        print(f"    {finding.verdict.lower()}: {finding.explanation}")
