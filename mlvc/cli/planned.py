"""How the plan of a rollback is shown."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from mlvc.cli import output
from mlvc.domain.wording import counted

if TYPE_CHECKING:
    from mlvc.domain.plan import Plan
    from mlvc.ops.project import Project
    from mlvc.ops.promoting import Return


def content_of(plan: "Plan", back: "Return | None" = None) -> dict[str, Any]:
    """A plan as JSON has it."""
    return {
        "model": plan.model,
        "from": plan.record.origin,
        "to": plan.record.target,
        "scope": plan.record.scope,
        "reason": plan.record.reason,
        "files": {path: _action(edit) for path, edit in sorted(plan.edits.items())},
        "outputs": [out for out in plan.outputs if out.differs],
        "stages": plan.stages,
        "notes": plan.notes,
        "empty": plan.is_empty and not (back and back.tag),
        "promotion": promotion_of(back) if back else None,
    }


def promotion_of(back: "Return") -> dict[str, Any]:
    """The promotion that goes with a rollback, as JSON has it."""
    names = ("environment", "tag", "before", "overridden", "override")
    return {name: getattr(back, name) for name in names}


def promotion_rows(back: "Return | None") -> Sequence[Sequence[str]]:
    """The same, as rows of a table; none where there is none."""
    if back is None:
        return []
    if not back.tag:
        return [(" ", back.environment, f"has {back.release.name} already")]
    rows = [(" ", "tag", f"{back.tag}, instead of {short(back.before)}")]
    rows += [(" ", "although", what) for what in back.overridden]
    return rows + ([(" ", "override", back.override)] if back.override else [])


def _action(edit: object) -> str:
    if edit is None:
        return "delete"
    return "splice" if isinstance(edit, bytes) else "restore"


def print_there(
    plan: "Plan", back: "Return | None", branch: str | None, *, done: bool = False
) -> None:
    """Print what there is to do where HEAD has it already; `branch` is the one asked for."""
    here = f"HEAD is at {short(plan.record.target)} already"
    if back and back.tag:
        heading(back, done=done)
    else:
        print(f"Nothing to do: {here}.")
    output.table(promotion_rows(back))
    if back and back.tag:
        print(f"  note: {here}: nothing is restored here")
    if branch:
        print(f"  note: branch {branch} is not made: there is nothing to commit on it")


def heading(back: "Return", *, done: bool) -> None:
    """Print from what to what an environment goes."""
    verb, name = "Rolled" if done else "Would roll", output.paint(back.release.name, "bold")
    print(f"{verb} {back.environment} back: {short(back.before)} → {name}")


def print_plan(plan: "Plan", ready: frozenset[str], back: "Return | None") -> None:
    """Print what a rollback would change; `ready` are the outputs that are prepared."""
    record = plan.record
    verb = "forward" if record.is_forward else "back"
    way = f"from {short(record.origin)} to {short(record.target)}"
    print(f"Would roll {verb} {plan.model} {way} ({record.scope})")
    rows = [(" ", _action(edit), path, "") for path, edit in sorted(plan.edits.items())]
    for out in plan.outputs:
        if out.differs:
            verb = "restore" if out.new else "remove"
            files = f", {counted(out.files, 'file')}" if out.files else ""
            files += ", prepared" if out.path in ready else ""
            rows.append(
                (" ", verb, out.path, f"{out.new or out.old}{files} ({output.size(out.size)})")
            )
    if back and back.tag:
        rows.append((" ", "promote", back.tag, f"instead of {short(back.before)}"))
    output.table(rows)
    for objection in back.overridden if back else ():
        print(f"  note: although {objection}")
    for note in plan.notes:
        print(f"  note: {note}")
    print("  note: commit hooks do not run")


def short(name: str) -> str:
    """A release's name, or the beginning of a commit's."""
    return name if "@" in name else name[:10]


def show_plan(
    context: typer.Context,
    project: "Project",
    plan: "Plan",
    back: "Return | None",
    branch: str | None,
    *,
    force: bool,
    json: bool,
) -> None:
    """Stop after the plan. A step of a workflow has the output `target`: what was chosen."""
    from mlvc.github.runner import Runner
    from mlvc.ops.rollback import prepared, rehearse

    ready = prepared(project, plan)
    if json:
        output.document("plan", {**content_of(plan, back), "prepared": ready})
    elif plan.is_empty:
        print_there(plan, back, branch)
    else:
        print_plan(plan, ready, back)
    for path in rehearse(project, plan, branch=branch, force=force):
        context.obj.say(f"would save what is in the way: {path}")
    Runner(os.environ).put({"target": plan.record.target})
