"""How a finished rollback is shown."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mlvc.cli import output
from mlvc.cli.planned import content_of, heading, print_there, promotion_of, promotion_rows, short

if TYPE_CHECKING:
    from mlvc.ops.promoting import Return
    from mlvc.ops.rollback import RolledBack


_MUCH = 100 << 20
"""Bytes; of fewer nobody needs to know."""


class Told(NamedTuple):
    """What there is to tell: as JSON has it, and what prints it."""

    content: dict[str, Any]
    show: Callable[[], None]


def restored(done: "RolledBack", branch: str | None) -> Told:
    """A rollback of the workspace, perhaps with the promotion that went with it.

    `branch` is the new one that was asked for.
    """
    content = {
        **content_of(done.plan, done.back),
        "commit": done.commit,
        "branch": done.branch,
        "saved": done.saved,
        "kept": dict(done.kept),
        "stale": done.stale,
    }
    return Told(content, partial(_print_done, done, branch))


def tagged(back: "Return", why: str, *, made: bool) -> Told:
    """One of an environment alone; `why` says how its release was chosen."""
    content = {
        "model": back.release.model,
        "from": back.before,
        "to": back.release.name,
        "reason": back.told["Reason"],
        "notes": [why] if why else [],
        "empty": not back.tag,
        "promotion": promotion_of(back),
    }
    return Told(content, partial(_print_tag, back, why, made=made))


def _print_tag(back: "Return", why: str, *, made: bool) -> None:
    name, place = output.paint(back.release.name, "bold"), back.environment
    if not back.tag:
        print(f"Nothing to do: {name} is in {place} already.")
        return
    heading(back, done=made)
    output.table(promotion_rows(back))
    if why:
        print(f"  note: {why}")
    print("  note: nothing is restored here")
    if made:
        print(f"Undo: {_undo(back)}")


def _undo(back: "Return") -> str:
    if back.demotable:
        return f"mlvc demote {back.release.model}#{back.environment}"
    return f"mlvc promote {short(back.before)} {back.environment} --allow-failing REASON"


def _print_done(done: "RolledBack", branch: str | None) -> None:
    plan, record = done.plan, done.plan.record
    if done.commit:
        verb = "Rolled forward" if record.is_forward else "Rolled back"
        to = output.paint(short(record.target), "bold")
        where = f"[{done.branch} {done.commit[:10]}]"
        print(f"{verb} {plan.model}: {short(record.origin)} → {to}  {where}")
        _print_changes(done)
    else:
        print_there(plan, done.back, branch, done=True)
    undo = [f"git revert --no-edit {done.commit[:10]} && dvc checkout"] if done.commit else []
    undo += [_undo(done.back)] if done.back and done.back.tag else []
    if undo:
        print(f"Undo: {' && '.join(undo)}")


def _print_changes(done: "RolledBack") -> None:
    plan = done.plan
    changed = [out.path for out in plan.outputs if out.differs]
    rows = [
        (" ", "outputs", ", ".join(changed) or "none differ"),
        (" ", "files", ", ".join(sorted(plan.edits)) or "none differ"),
    ]
    output.table([*rows, *promotion_rows(done.back)])
    for note in plan.notes:
        print(f"  note: {note}")
    for path in done.saved:
        print(f"  saved what was in the way: {path}")
    if (room := sum(done.kept.values())) >= _MUCH:
        print(
            f"  note: what was live is kept for the way back: {output.size(room)} of disk"
            " (`mlvc prepare --drop` gives it back)"
        )
    for stage in done.stale:
        print(f"  note: `dvc repro` would run {stage}")
    if not done.stale:
        print("  `dvc status` is clean for what was restored")
