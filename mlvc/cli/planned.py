"""How the plan of a rollback is shown."""

from typing import TYPE_CHECKING, Any

from mlvc.cli import output

if TYPE_CHECKING:
    from mlvc.domain.plan import Plan


def content_of(plan: "Plan") -> dict[str, Any]:
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
        "empty": plan.is_empty,
    }


def _action(edit: object) -> str:
    if edit is None:
        return "delete"
    return "splice" if isinstance(edit, bytes) else "restore"


def print_plan(plan: "Plan", ready: frozenset[str]) -> None:
    """Print what a rollback would change; `ready` are the outputs that are prepared."""
    record = plan.record
    if plan.is_empty:
        print(f"Nothing to do: HEAD is at {short(record.target)} already.")
        return
    verb = "forward" if record.is_forward else "back"
    way = f"from {short(record.origin)} to {short(record.target)}"
    print(f"Would roll {verb} {plan.model} {way} ({record.scope})")
    rows = [(" ", _action(edit), path, "") for path, edit in sorted(plan.edits.items())]
    for out in plan.outputs:
        if out.differs:
            verb = "restore" if out.new else "remove"
            files = f", {out.files} files" if out.files else ""
            files += ", prepared" if out.path in ready else ""
            rows.append(
                (" ", verb, out.path, f"{out.new or out.old}{files} ({output.size(out.size)})")
            )
    output.table(rows)
    for note in plan.notes:
        print(f"  note: {note}")
    print("  note: commit hooks do not run")


def short(name: str) -> str:
    """A release's name, or the beginning of a commit's."""
    return name if "@" in name else name[:10]
