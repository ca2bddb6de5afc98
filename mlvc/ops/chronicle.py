"""`mlvc history`: releases, promotions and rollbacks, in the order in which they came about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlvc.domain import history, rollback, trailers
from mlvc.domain.names import parse_release_tag
from mlvc.domain.registration import Deregistration
from mlvc.domain.release import Release
from mlvc.domain.rollback import RollbackRecord
from mlvc.ops.naming import the_model
from mlvc.ops.project import Project
from mlvc.ops.stays import Stay, stays

# The date of a tag is put off by some seconds where several are made in one (ADR 0004).
_SLACK = 60


@dataclass(frozen=True)
class Event:
    """Something that happened to a model.

    `kind` is release, deregistration (GTO's), promotion, demotion or rollback: of an environment
    where `environment` is there, else of the branch. `subject` is what is there since, empty for
    nothing. `at` is the date that it has and `since` when it counts from, in epoch seconds:
    nothing came about before what it follows, whatever a clock said. `reverted` marks a rollback
    that a later commit took back.
    """

    kind: str
    at: int
    subject: str
    commit: str
    who: str
    detail: str = ""
    reason: str = ""
    reverted: bool = False
    environment: str = ""
    tag: str = ""
    signed: bool = False
    since: int = 0


def chronicle(project: Project, model: str | None = None) -> tuple[Event, ...]:
    """The events of a model, or of all, newest first; commits are those of the line of HEAD."""
    wanted = None if model is None else the_model(project, model)
    line = project.repo.line(project.repo.head)
    releases = [r for r in reversed(project.releases) if wanted in (None, r.model)]
    events = [_released(release, here=release.commit in line.commits) for release in releases]
    made = {release.name: release.tagged_at for release in releases}
    events += _rollbacks(project, wanted, made)
    events += _moves(stays(project, wanted), made)
    events += [_taken_back(e) for e in project.deregistered.values() if wanted in (None, e.model)]
    return tuple(sorted(events, key=lambda event: (-event.since, event.kind == "release")))


def misdated(events: Iterable[Event]) -> tuple[str, ...]:
    """The tags and commits that are dated before what they follow, by more than mlvc makes it."""
    return tuple(e.tag or e.commit for e in events if e.since - e.at > _SLACK)


def _released(release: Release, *, here: bool) -> Event:
    override = f"although its gate said no: {release.override}" if release.override else ""
    return Event(
        kind="release",
        at=release.tagged_at,
        since=release.tagged_at,
        subject=release.name,
        commit=release.commit,
        who=release.tagger,
        detail="; ".join(filter(None, ("" if here else "not on this branch", override))),
        reason=release.message.partition("\n")[2].strip(),
        tag=release.tag,
        signed=release.signed,
    )


def _taken_back(end: Deregistration) -> Event:
    """Where GTO deregistered a release."""
    said = trailers.read_tag(end.contents)
    return Event(
        kind="deregistration",
        at=end.at,
        since=end.at,
        subject=end.release,
        commit=end.commit,
        who=end.tagger,
        reason=said.message,
        tag=end.tag,
        signed=said.signed,
    )


def _moves(found: Sequence[Stay], made: Mapping[str, int]) -> Iterator[Event]:
    """What was put into environments, newest first; nothing was before it was released."""
    events: list[Event] = []
    clocks: dict[str, int] = {}
    oldest_first = list(reversed(found))
    oldest_first.sort(key=lambda stay: stay.since)
    for stay in oldest_first:
        clock = max(clocks.get(stay.model, 0), stay.since, made.get(stay.release or "", 0))
        clocks[stay.model] = clock
        events.append(replace(_moved(stay), since=clock))
    return reversed(events)


def _moved(stay: Stay) -> Event:
    instead = f"instead of {stay.before}" if stay.before else ""
    override = f"override: {stay.override}" if stay.override else ""
    return Event(
        kind=stay.kind,
        at=stay.since,
        subject=stay.release or "",
        commit=stay.commit or "",
        who=stay.who,
        detail="; ".join(filter(None, (f"in {stay.environment} {instead}".strip(), override))),
        reason=stay.reason,
        environment=stay.environment,
        tag=stay.tags[0],
        signed=stay.signed,
    )


def _rollbacks(project: Project, model: str | None, made: Mapping[str, int]) -> Iterator[Event]:
    """Those of the branch, newest first by ancestry."""
    notes = project.repo.notes(project.repo.head)
    held = {(record.commit, record.origin) for record in history.effective(notes)}
    found: list[Event] = []
    clock = 0
    for note in reversed(notes):
        for record in rollback.from_commit(note.commit, note.body, note.at, note.author):
            if model is not None and not _is_of(record, model):
                continue
            named = (made.get(record.origin, 0), made.get(record.target, 0))
            clock = max(clock, record.at, *named)
            event = _rolled_back(record, reverted=(record.commit, record.origin) not in held)
            found.append(replace(event, since=clock))
    return reversed(found)


def _is_of(record: RollbackRecord, model: str) -> bool:
    names = (parse_release_tag(record.origin), parse_release_tag(record.target))
    found = [parsed[0] for parsed in names if parsed]
    return model in found or not found


def _rolled_back(record: RollbackRecord, *, reverted: bool) -> Event:
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
