"""`mlvc history`: releases and rollbacks of a model, in the order in which they came about."""

from dataclasses import dataclass

from mlvc.domain import rollback
from mlvc.domain.names import parse_release_tag
from mlvc.domain.rollback import RollbackRecord
from mlvc.ops.naming import the_model
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Event:
    """Something that happened to a model. `at` is epoch seconds, `kind` release or rollback.

    `reverted` marks a rollback that a later commit took back.
    """

    kind: str
    at: int
    subject: str
    commit: str
    who: str
    detail: str = ""
    reason: str = ""
    reverted: bool = False


def chronicle(project: Project, model: str | None = None) -> tuple[Event, ...]:
    """The events of a model on the line of HEAD, newest first."""
    name = the_model(project, model)
    standing = project.standing(name)
    held = {(record.commit, record.origin) for record in standing.records}
    events = [
        Event(
            kind="release",
            at=release.tagged_at,
            subject=release.name,
            commit=release.commit,
            who=release.tagger,
            detail="" if release in standing.reachable else "not on this branch",
            reason=release.message.partition("\n")[2].strip(),
        )
        for release in standing.releases
    ]
    events += [
        _event(record, reverted=(note.commit, record.origin) not in held)
        for note in project.repo.notes(project.repo.head)
        for record in rollback.from_commit(note.commit, note.body, note.at, note.author)
        if _is_of(record, name)
    ]
    return tuple(sorted(events, key=lambda event: (-event.at, event.kind != "rollback")))


def _is_of(record: RollbackRecord, model: str) -> bool:
    names = (parse_release_tag(record.origin), parse_release_tag(record.target))
    found = [parsed[0] for parsed in names if parsed]
    return model in found or not found


def _event(record: RollbackRecord, *, reverted: bool) -> Event:
    return Event(
        kind="rollback",
        at=record.at,
        subject=record.target,
        commit=record.commit,
        who=record.author,
        detail=f"from {record.origin}, {record.scope}, {record.trigger}",
        reason=record.reason,
        reverted=reverted,
    )
