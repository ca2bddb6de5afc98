"""`mlvc rollback`."""

import gc
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json, Model, Verify, Yes, apply_verify, verb_app
from mlvc.cli.planned import show_plan
from mlvc.cli.resumed import is_finished
from mlvc.cli.rolled_back import Told, restored, tagged
from mlvc.cli.verbs.push import send_made, show
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.domain.plan import Plan
    from mlvc.ops.project import Project
    from mlvc.ops.promoting import Return
    from mlvc.ops.rollback import Chosen, Request

app = verb_app()
_SCOPES = ("lineage", "artifact", "tree")


@app.command()
def rollback(
    context: typer.Context,
    target: Annotated[
        str | None, typer.Argument(metavar="[RELEASE | REV]", show_default=False)
    ] = None,
    scope: Annotated[
        str, typer.Option(metavar="SCOPE", help="lineage, artifact or tree.")
    ] = "lineage",
    reason: Annotated[
        str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; it is kept.")
    ] = "",
    branch: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Commit on this new branch, and switch to it."),
    ] = None,
    env: Annotated[
        str | None, typer.Option(metavar="ENV", help="Go back in this environment, too.")
    ] = None,
    tag_only: Annotated[
        bool, typer.Option("--tag-only", help="Go back there alone: restore nothing here.")
    ] = False,
    allow_failing: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Go back there although something objects."),
    ] = None,
    with_models: Annotated[
        list[str] | None,
        typer.Option("--with-models", metavar="MODEL", help="Take this model along; repeatable."),
    ] = None,
    model: Model = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Save uncommitted changes that are in the way, then go on."),
    ] = False,
    push: Annotated[
        bool, typer.Option("--push", help="Then send it, as `mlvc push RELEASE` does.")
    ] = False,
    verify: Verify = "changed",
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Restore a release as a new commit: model, data, parameters and code together.

    \b
      mlvc rollback                      to the last good release
      mlvc rollback v1.2.0 --dry-run     what would change, exactly
      mlvc rollback v1.2.0 -r "drift"    and why
      mlvc rollback HEAD~3 --scope tree  everything, to any commit
      mlvc rollback --env production     and put it there, in one step
      mlvc rollback --env production --tag-only --push

    Every object is proven intact before anything is touched. What is uncommitted elsewhere stays.
    Commit hooks do not run. Without a name, it is the newest older release that passed its gate:
    older than HEAD's, or with --env than what is there.

    --env also appends the tag MODEL#ENV#N on the release's commit: both are done, or neither.
    Where HEAD has moved on from what is in ENV, say --tag-only, or --branch to restore on a new
    one. What ENV asks of a promotion is not asked on the way back. But a release that failed, is
    withdrawn, or is newer and was never there needs --allow-failing REASON; the tag keeps it.
    """
    if scope not in _SCOPES:
        raise MlvcError(f"{scope!r} is no scope", f"One of {', '.join(_SCOPES)}.", Exit.USAGE)
    there = {"--tag-only": tag_only, "--allow-failing": allow_failing}
    _refuse_where(env is None, there, "goes with --env")
    here = {"--branch": branch, "--force": force, "--with-models": with_models}
    here["--scope"] = scope != "lineage"
    _refuse_where(tag_only, here, "is about restoring, and --tag-only restores nothing")
    gc.set_threshold(1_000_000)  # of 100,000 files there is that much, and none of it is garbage
    project = context.obj.project()
    apply_verify(project, verify)
    if not dry_run and is_finished(context, project, target, json=json):
        return
    project.repo.walk_ahead()  # while what asks about it is loaded
    from mlvc.domain.rollback import Scope
    from mlvc.ops.rollback import Request, choose, perform

    request = Request(
        target,
        model,
        Scope(scope),
        reason,
        with_models=tuple(with_models or ()),
        environment=env or "",
        allow_failing=allow_failing,
    )
    chosen = choose(project, request)
    release, name = chosen.target.release, chosen.target.label
    _refuse_where(release is None, {"--push": push}, f"sends releases, and {name} is none")
    back = _going_back(project, request, chosen)
    agreed = yes or dry_run or not chosen.needs_consent
    if tag_only and back:
        _ask(context, chosen, agreed=agreed)
        told = _tag(project, chosen, back, dry_run=dry_run)
    else:
        plan = _plan(project, request, chosen, None if branch else back)
        if dry_run:
            show_plan(context, project, plan, back, branch, force=force, json=json)
            return
        _ask(context, chosen, agreed=agreed)
        told = restored(perform(project, plan, branch=branch, force=force, back=back), branch)
    if not json:
        told.show()
    sending = push and release and not dry_run
    pushed = send_made(context, name, "the rollback is done here") if sending else None
    if json:
        output.document("plan" if dry_run else "rollback", {**told.content, "pushed": pushed})
    elif pushed:
        show(pushed)


def _refuse_where(wrong: bool, given: Mapping[str, object], why: str) -> None:
    """Refuse options that were given, by their value; raises `MlvcError` (USAGE)."""
    for option, value in given.items():
        if wrong and value:
            raise MlvcError(f"{option} {why}", "See `mlvc rollback --help`.", Exit.USAGE)


def _going_back(project: "Project", request: "Request", chosen: "Chosen") -> "Return | None":
    """The promotion that goes with it."""
    if not request.environment:
        return None
    from mlvc.ops.promoting import going_back

    return going_back(project, chosen.target, request)


def _plan(
    project: "Project", request: "Request", chosen: "Chosen", back: "Return | None"
) -> "Plan":
    """The plan; with `back`, the branch it changes is to have what is in the environment."""
    from mlvc.ops.rollback import make_plan

    plan = make_plan(project, request, chosen)
    if back and not plan.is_empty:
        from mlvc.ops.promoting import refuse_elsewhere

        refuse_elsewhere(project, back)
    return plan


def _ask(context: typer.Context, chosen: "Chosen", *, agreed: bool) -> None:
    name = chosen.target.label
    if not agreed:
        context.obj.agree(
            f"no release has a verdict, so nothing says that {name} is good",
            "go back to it?",
            f"Say `--yes`, or name it: `mlvc rollback {name}`.",
        )


def _tag(project: "Project", chosen: "Chosen", back: "Return", *, dry_run: bool) -> Told:
    from mlvc.ops.promoting import put_back

    return tagged(back if dry_run else put_back(project, back), chosen.reason, made=not dry_run)
