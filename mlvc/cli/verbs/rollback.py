"""`mlvc rollback`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json, Model, Verify, Yes, apply_verify, verb_app
from mlvc.cli.planned import content_of, print_plan, short
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.project import Project
    from mlvc.ops.rollback import RolledBack

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
    with_models: Annotated[
        list[str] | None,
        typer.Option("--with-models", metavar="MODEL", help="Take this model along; repeatable."),
    ] = None,
    model: Model = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Save uncommitted changes that are in the way, then go on."),
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

    Every object is proven intact before anything is touched. What is uncommitted elsewhere stays.
    Commit hooks do not run. Without a name, it is the newest older release that passed its gate.
    """
    from mlvc.domain.rollback import Scope
    from mlvc.ops.rollback import Request, choose, make_plan, perform, prepared, rehearse

    if scope not in _SCOPES:
        raise MlvcError(f"{scope!r} is no scope", f"One of {', '.join(_SCOPES)}.", Exit.USAGE)
    project = context.obj.project()
    apply_verify(project, verify)
    if not dry_run and _is_finished(context, project, target, json=json):
        return
    request = Request(target, model, Scope(scope), reason, with_models=tuple(with_models or ()))
    chosen = choose(project, request)
    plan = make_plan(project, request, chosen)
    if dry_run:
        ready = prepared(project, plan)
        if json:
            output.document("plan", {**content_of(plan), "prepared": ready})
        else:
            print_plan(plan, ready)
        for path in rehearse(project, plan, branch=branch, force=force):
            context.obj.say(f"would save what is in the way: {path}")
        return
    if chosen.needs_consent and not yes:
        context.obj.agree(
            f"no release has a verdict, so nothing says that {chosen.target.label} is good;"
            " go back to it?",
            f"Say `--yes`, or name it: `mlvc rollback {chosen.target.label}`.",
        )
    done = perform(project, plan, branch=branch, force=force)
    if json:
        content = {
            "commit": done.commit,
            "branch": done.branch,
            "saved": done.saved,
            "stale": done.stale,
        }
        output.document("rollback", {**content_of(plan), **content})
        return
    _print_done(done)


def _is_finished(
    context: typer.Context, project: "Project", target: str | None, *, json: bool
) -> bool:
    """Whether an interrupted rollback, now finished, was all that was asked for.

    Asked again without a name, a rollback must not go back a second time.
    """
    from mlvc.ops.recover import resume

    found = resume(project)
    if found.outcome == "nothing":
        return False
    verb = "Finished" if found.outcome == "finished" else "Undid"
    context.obj.say(f"{verb} the interrupted {found.request} {found.what}.")
    for path in found.saved:
        context.obj.say(f"kept what was in the way: {path}")
    other = target is not None or found.request != "rollback to"
    if found.outcome == "undone" or other:
        return False
    context.obj.say("Run again to go back further.")
    if json:
        output.document("recover", output.plain(found))
    return True


def _print_done(done: "RolledBack") -> None:
    plan, record = done.plan, done.plan.record
    if not done.commit:
        print(f"Nothing to do: HEAD is at {short(record.target)} already.")
        return
    verb = "Rolled forward" if record.is_forward else "Rolled back"
    to = output.paint(short(record.target), "bold")
    where = f"[{done.branch} {done.commit[:10]}]"
    print(f"{verb} {plan.model}: {short(record.origin)} → {to}  {where}")
    changed = [out.path for out in plan.outputs if out.differs]
    output.table(
        [
            (" ", "outputs", ", ".join(changed) or "none differ"),
            (" ", "files", ", ".join(sorted(plan.edits)) or "none differ"),
        ]
    )
    for note in plan.notes:
        print(f"  note: {note}")
    for path in done.saved:
        print(f"  saved what was in the way: {path}")
    for stage in done.stale:
        print(f"  note: `dvc repro` would run {stage}")
    if not done.stale:
        print("  `dvc status` is clean for what was restored")
    print(f"Undo: git revert --no-edit {done.commit[:10]} && dvc checkout")
