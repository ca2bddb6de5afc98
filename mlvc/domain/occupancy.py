"""What was in an environment, from when until when: the story that its tags tell."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mlvc.domain.promotion import Promotion, follow, last_of, timeline


@dataclass(frozen=True)
class Period:
    """From one change of what is in an environment to the next, in epoch seconds.

    `tags` made it so, and `there` is the one that put there what was there, None for nothing;
    `before` is what was there until then. `until` is None where it still is so.
    """

    tags: tuple[Promotion, ...]
    there: Promotion | None
    before: Promotion | None
    since: int
    until: int | None = None

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of it is in these seconds, the last one included."""
        return self.since <= end and (self.until is None or self.until > start)


def periods(promotions: Iterable[Promotion], model: str, environment: str) -> list[Period]:
    """The periods of an environment, the oldest first; they follow each other without a gap."""
    found: list[Period] = []
    there: dict[str, Promotion] = {}
    for when, promotion in timeline(promotions, model):
        if promotion.environment != environment:
            continue
        before = last_of(there)
        follow(there, promotion)
        after = last_of(there)
        if found and _commit(before) == _commit(after):
            # Who put it there stays; DVC wants it said anew after a demotion (ADR 0013).
            found[-1] = replace(found[-1], tags=(*found[-1].tags, promotion))
            continue
        if found:
            found[-1] = replace(found[-1], until=when)
        found.append(Period((promotion,), after, before, when))
    return found


def misdated(promotions: Iterable[Promotion], model: str) -> list[Promotion]:
    """The tags that are dated before one with a lower number: a clock or someone was wrong."""
    return [promotion for when, promotion in timeline(promotions, model) if promotion.at < when]


def _commit(promotion: Promotion | None) -> str | None:
    return promotion.commit if promotion else None
