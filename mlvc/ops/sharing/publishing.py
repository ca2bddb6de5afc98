"""Sending what a push was planned to send: the remote takes all that goes together, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlvc.domain.promotion import parse_promotion
from mlvc.domain.sharing import Tag, batches
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.registry import sharing


@dataclass(frozen=True)
class Plan:
    """What a remote lacks: `theirs` are its refs, `first` goes first, then `tags`, a few at a time.

    `met` are promotions whose numbers are taken there. `owed` is the promotion that a push before
    brought there without its turn.
    """

    theirs: Mapping[str, str]
    first: dict[str, str]
    tags: list[Tag]
    notes: list[str]
    met: list[str]
    owed: str = ""


def publish(project: Project, remote: str, plan: Plan) -> None:
    """The branch, the record and the first tags at once, then the others, a few at a time."""
    git, refs, turn = project.repo.git, dict(plan.first), plan.theirs.get(sharing.TURN, "")
    last = plan.owed
    for tags in list(batches(plan.tags)) or [()]:
        refs |= {f"{sharing.TAGS}{tag.name}": tag.id for tag in tags}
        last = next((tag.id for tag in reversed(_promotions(tags))), last)
        if last:
            sharing.send(git, remote, {**refs, sharing.TURN: last}, turn)
            turn, last = last, ""
        elif refs:
            sharing.send(git, remote, refs)
        sharing.remember(git, remote, {tag.name: tag.id for tag in tags})
        refs = {}


def _promotions(tags: Sequence[Tag]) -> list[Tag]:
    return [tag for tag in tags if parse_promotion(tag.name, "")]


def owed(before: Sequence[Plan], theirs: Mapping[str, str]) -> str:
    """What the last push owes: on a disk that fails, git moves some refs of an atomic push."""
    if not before:
        return ""
    sent, turn = _promotions(before[-1].tags), theirs.get(sharing.TURN)
    arrived = [tag.id for tag in sent if theirs.get(f"{sharing.TAGS}{tag.name}") == tag.id]
    if turn != before[-1].theirs.get(sharing.TURN) and turn not in arrived:
        return ""  # who was in between has the turn
    due = arrived[-1] if arrived else before[-1].owed
    return due if due != turn else ""


def has_moved(project: Project, remote: str, plan: Plan) -> bool:
    """Whether what the plan was made for is no longer so."""
    try:
        now = sharing.look(project.repo.git, remote)
    except MlvcError:
        return False  # gone altogether: what the push said of it is told
    refs = [*plan.first, *(f"{sharing.TAGS}{tag.name}" for tag in plan.tags), sharing.TURN]
    return any(now.get(ref) != plan.theirs.get(ref) for ref in refs)
