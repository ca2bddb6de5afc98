"""`mlvc push`: objects first, then a proof that they are there, then what names them."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mlvc.domain.wording import counted
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.recover import writing
from mlvc.ops.sharing import planning
from mlvc.ops.sharing.objects import Delivered, Needs, deliver, needs, rehearsed
from mlvc.ops.sharing.planning import Mine
from mlvc.ops.sharing.publishing import Plan, has_moved, owed, publish
from mlvc.ops.sharing.records import taken_over
from mlvc.ops.sharing.remotes import the_remote
from mlvc.ops.sharing.renumbering import foreseen, renumber
from mlvc.ops.underway import under_way
from mlvc.registry import sharing
from mlvc.registry.git import GitFailed
from mlvc.registry.recording import REF

_ATTEMPTS = 20
_PAUSE_MS = 300
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Pushed:
    """What a Git remote got, or would get.

    `branch` is its short name and `commit` its new tip, None where that was there already.
    `taken` are promotions that a push would send under other numbers, known of a dry run alone.
    `objects` are those on DVC's remotes; of a dry run nothing is known of them.
    """

    remote: str
    branch: str | None
    commit: str | None
    evaluations: bool
    tags: tuple[str, ...]
    taken: tuple[str, ...]
    objects: tuple[Delivered, ...]
    notes: tuple[str, ...]
    done: bool


def push(  # noqa: PLR0913 - what the command line says
    project: Project,
    names: Sequence[str] = (),
    *,
    every: bool = False,
    remote: str | None = None,
    dry_run: bool = False,
    tell: Tell = lambda _: None,
) -> Pushed:
    """Send what a Git remote lacks: of the releases of these names, of all, or what is new.

    Raises `MlvcError` where a tag has moved there or is another one, where an object is nowhere,
    or where a remote fails. Nothing names an object on the Git remote before DVC's has it.
    """
    to = the_remote(project, remote)
    own = _own(project, to, names, every=every, dry_run=dry_run)
    if dry_run:
        own, plan = _plan(project, to, own, dry_run=True)
        plan.notes.extend(rehearsed(project, planning.targets(project, own, plan.tags)))
        return _result(own, to, [plan], None)
    with under_way(project):
        return _sent(project, to, own, tell)


def _sent(project: Project, to: str, own: Mine, tell: Tell) -> Pushed:
    done: list[Plan] = []
    proven, objects = Needs(), tuple[Delivered, ...]()
    for _ in range(_ATTEMPTS):
        own, plan = _plan(project, to, own, dry_run=False)
        plan = replace(plan, owed=owed(done, plan.theirs))
        done.append(plan)
        wanted = needs(project, planning.targets(project, own, plan.tags))
        plan.notes.extend(wanted.notes)
        if wanted != proven:
            for name, digests in wanted.objects.items():
                asked = counted(len(digests), "object")
                tell(f"asking remote {name} for {asked}; it gets what it lacks")
            proven, objects = wanted, deliver(project, wanted) or objects
        try:
            publish(project, to, plan)
        except GitFailed as failed:
            if not has_moved(project, to, plan):
                raise sharing.refused(to, failed) from failed
            tell(f"{to} has moved meanwhile: once more")
            time.sleep(secrets.randbelow(_PAUSE_MS) / 1000)
        else:
            return _result(own, to, done, objects)
    raise MlvcError(f"{to!r} moves all the time", "Run it again when less is going on.")


def _own(
    project: Project, remote: str, names: Sequence[str], *, every: bool, dry_run: bool
) -> Mine:
    if dry_run:
        return planning.mine(project, remote, names, every=every)
    # Under the lock: what a crash left, or another verb is about to take back, is not pushed.
    with writing(project):
        return planning.mine(project, remote, names, every=every)


def _plan(project: Project, remote: str, own: Mine, *, dry_run: bool) -> tuple[Mine, Plan]:
    theirs = dict(sharing.look(project.repo.git, remote))
    met = foreseen(project, remote, theirs) if dry_run else []
    if dry_run:
        own, notes = _without(own, met, remote)
    else:
        own, notes = _settled(project, remote, own, theirs)
    tags = planning.lacking(project, remote, own, theirs)
    first = planning.branch(project, remote, own, theirs)
    if not dry_run:
        taken_over(project, remote, theirs)
        sharing.remember(project.repo.git, remote, planning.arrived(own, theirs))
    notes += planning.left_out(project, remote, own, theirs)
    return own, Plan(theirs, first | planning.evaluations(project, theirs), tags, notes, met)


def _without(own: Mine, met: Sequence[str], remote: str) -> tuple[Mine, list[str]]:
    """What keeps its number; notes on promotions that do not."""
    notes = [f"{tag}: its number is taken on {remote}, so it gets another" for tag in met]
    rest = {name: tag for name, tag in own.tags.items() if name not in met}
    return replace(own, tags=rest), notes


def _settled(
    project: Project, remote: str, own: Mine, theirs: Mapping[str, str]
) -> tuple[Mine, list[str]]:
    """What there is to push once promotions that met others have new numbers; notes on these."""
    names = renumber(project, remote, theirs)
    if not names:
        return own, []
    notes = [f"{old} is {new} now: another clone was first" for old, new in names.items()]
    return replace(own, tags=sharing.read(project.repo.git)), notes


def _result(
    own: Mine, remote: str, plans: list[Plan], objects: tuple[Delivered, ...] | None
) -> Pushed:
    """What came of the first plan, and of those that went on from where it was stopped."""
    first = {ref: tip for plan in plans for ref, tip in plan.first.items()}
    commit = first.get(own.branch or "")
    planned = dict.fromkeys(tag for plan in plans for tag in plan.tags)
    return Pushed(
        remote=remote,
        branch=(own.branch or "").removeprefix("refs/heads/") if commit else None,
        commit=commit,
        evaluations=REF in first,
        tags=tuple(tag.name for tag in planned if own.tags.get(tag.name) == tag),
        taken=tuple(plans[-1].met),
        objects=objects or (),
        notes=tuple(dict.fromkeys(note for plan in plans for note in plan.notes)),
        done=objects is not None,
    )
