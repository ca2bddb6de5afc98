"""What was in which environment and when: who put it there, why, and on what evidence."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mlvc.domain.moment import Moment
from mlvc.domain.occupancy import Period, misdated, periods
from mlvc.domain.promotion import Promotion
from mlvc.domain.release import Release
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import the_model
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Stay:
    """What was in one environment of one model, from `since` until `until` (epoch seconds).

    `release` names a commit where that is no release, and is None for nothing; `until` is None
    where it still is there. `kind` is promotion, rollback (to a lower version than was there) or
    demotion. `who` is whom the tag names, `tagger` whom Git names. `verdict`, `metrics` and
    `release_override` are what the release was made on; `gates`, `evidence` and `override` what it
    was put there on. `signed` says that all of `tags` and the release's carry a signature, not
    that these are good: whoever pushes a tag can choose the date and the names in it.
    """

    model: str
    environment: str
    kind: str
    release: str | None
    commit: str | None
    before: str | None
    since: int
    until: int | None
    who: str
    tagger: str
    tags: tuple[str, ...]
    reason: str = ""
    verdict: str = Verdict.NONE
    gates: str = Verdict.NONE
    evidence: str = ""
    override: str = ""
    release_override: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    signed: bool = False


def stays(
    project: Project,
    model: str | None = None,
    environment: str | None = None,
    at: Moment | None = None,
) -> tuple[Stay, ...]:
    """All stays, or those of one model, of one environment or at one moment.

    By model and environment, the newest first. Raises `MlvcError` where nobody ever used that
    environment, or where the moment is still to come.
    """
    if at and at.start > time.time():
        raise MlvcError(f"{at.text} is still to come", "Name a day that was.", Exit.USAGE)
    found = _by_model(project, model)
    if environment is not None:
        refuse_unused(environment, {p.environment for own in found.values() for p in own})
    releases = {(r.model, r.commit): r for r in project.releases} if found else {}
    return tuple(
        _stay(period, name, place, releases)
        for name, own in sorted(found.items())
        for place in sorted({p.environment for p in own})
        if environment in (None, place)
        for period in reversed(periods(own, name, place))
        if at is None or period.overlaps(at.start, at.end)
    )


def misdated_tags(project: Project, model: str | None = None) -> tuple[str, ...]:
    """The promotion tags whose dates cannot be right, by name."""
    found = sorted(_by_model(project, model).items())
    return tuple(p.tag for name, own in found for p in misdated(own, name))


def _by_model(project: Project, model: str | None) -> dict[str, list[Promotion]]:
    wanted = None if model is None else the_model(project, model)
    found: dict[str, list[Promotion]] = {}
    for promotion in project.promotions:
        if wanted in (None, promotion.model):
            found.setdefault(promotion.model, []).append(promotion)
    return found


def refuse_unused(environment: str, known: set[str]) -> None:
    """Refuse an environment that is none of the known ones; raises `MlvcError` (MISSING)."""
    if environment not in known:
        raise MlvcError(
            f"nothing was ever in {environment!r}",
            f"Environments that were used: {', '.join(sorted(known)) or 'none'}.",
            Exit.MISSING,
        )


def _stay(
    period: Period, model: str, environment: str, releases: Mapping[tuple[str, str], Release]
) -> Stay:
    made, there, before = period.tags[0], period.there, period.before
    release = releases.get((model, there.commit)) if there else None
    was = releases.get((model, before.commit)) if before else None
    told = made.told
    return Stay(
        model=model,
        environment=environment,
        kind=_kind(made, release, was),
        release=_name(there, release),
        commit=there.commit if there else None,
        before=_name(before, was),
        since=period.since,
        until=period.until,
        who=told.get("Actor", made.tagger),
        tagger=made.tagger,
        tags=tuple(tag.tag for tag in period.tags),
        reason=told.get("Reason", told.get("Rollback-Reason", "")),
        gates=told.get("Verdict", Verdict.NONE),
        evidence=told.get("Evidence", ""),
        override=told.get("Override", ""),
        verdict=release.verdict if release else Verdict.NONE,
        release_override=(release.override or "") if release else "",
        metrics=release.metrics if release else {},
        signed=all(_signatures(period, release)),
    )


def _kind(made: Promotion, release: Release | None, was: Release | None) -> str:
    if made.ends:
        return "demotion"
    return "rollback" if release and was and release.version < was.version else "promotion"


def _name(promotion: Promotion | None, release: Release | None) -> str | None:
    return release.name if release else promotion.commit if promotion else None


def _signatures(period: Period, release: Release | None) -> Iterator[bool]:
    yield from (tag.signed for tag in period.tags)
    if release:
        yield release.signed
