"""Rollbacks as history keeps them: a commit whose trailers say what was restored, and why."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, TypeVar

from mlvc.domain import trailers
from mlvc.domain.names import check_model, parse_release_tag
from mlvc.domain.trailers import Trailer

Kind = TypeVar("Kind", bound=StrEnum)


class Scope(StrEnum):
    """What a rollback restores: the model's lineage, its artifact alone, or the whole tree."""

    LINEAGE = "lineage"
    ARTIFACT = "artifact"
    TREE = "tree"


class Trigger(StrEnum):
    """Who asked for a rollback."""

    MANUAL = "manual"
    GATE = "gate"
    MONITOR = "monitor"


class RollbackRecord(NamedTuple):
    """One rollback, read from its commit.

    `origin` (Rollback-From) and `target` (Rollback-To) are names of releases, `fraud@v1.2.0`, or
    commit ids where no release is there. `at` is epoch seconds.
    """

    commit: str
    origin: str
    target: str
    scope: Scope = Scope.LINEAGE
    trigger: Trigger = Trigger.MANUAL
    reason: str = ""
    evidence: str = ""
    at: int = 0
    author: str = ""

    @property
    def is_forward(self) -> bool:
        """Whether the target is a higher version of the origin's model: a roll forward."""
        origin, target = parse_release_tag(self.origin), parse_release_tag(self.target)
        if origin is None or target is None:
            return False
        return origin[0] == target[0] and target[1] > origin[1]


def compose(model: str, record: RollbackRecord) -> str:
    """The message of the commit that performs `record`; its commit, time and author are unused."""
    values = {
        "Rollback-From": record.origin,
        "Rollback-To": record.target,
        "Rollback-Scope": record.scope,
        "Rollback-Trigger": record.trigger,
        "Rollback-Reason": record.reason,
        "Evidence": record.evidence,
    }
    lines = trailers.render(Trailer(key, value) for key, value in values.items() if value)
    return f"{_subject(check_model(model), record)}\n\n{lines}"


def from_commit(commit: str, body: str, at: int, author: str) -> tuple[RollbackRecord, ...]:
    """The rollbacks that a commit's message records, first to last.

    There are several when a squash merge joined them, or when one rollback restored several
    models: each begins with its `Rollback-From`. One without origin or target is left out.
    """
    return tuple(
        RollbackRecord(
            commit=commit,
            origin=group["Rollback-From"],
            target=group["Rollback-To"],
            scope=_one_of(group.get("Rollback-Scope"), Scope.LINEAGE),
            trigger=_one_of(group.get("Rollback-Trigger"), Trigger.MANUAL),
            reason=group.get("Rollback-Reason", ""),
            evidence=group.get("Evidence", ""),
            at=at,
            author=author,
        )
        for group in _groups(body)
        if group.get("Rollback-From") and group.get("Rollback-To")
    )


def _groups(body: str) -> Iterator[dict[str, str]]:
    group: dict[str, str] = {}
    for trailer in trailers.parse_commit(body):
        if trailer.key == "Rollback-From":
            yield group
            group = {}
        group.setdefault(trailer.key, trailer.value)
    yield group


def _subject(model: str, record: RollbackRecord) -> str:
    parsed = parse_release_tag(record.target)
    target = f"v{parsed[1]}" if parsed else record.target[:10]
    verb = "Roll forward" if record.is_forward else "Roll back"
    only = {Scope.LINEAGE: "", Scope.ARTIFACT: " (artifact only)", Scope.TREE: " (whole tree)"}
    return f"{verb} {model} to {target}{only[record.scope]}"


def _one_of(text: str | None, default: Kind) -> Kind:
    """The member that `text` names; `default` for one that only a newer mlvc knows."""
    return next((member for member in type(default) if member == text), default)
