"""What an environment asks of a release before it is put there, beside its gates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlvc.domain.duration import words
from mlvc.domain.promotion import Promotion, seconds_in
from mlvc.domain.release import Release
from mlvc.domain.verdict import Verdict

_ENOUGH = {
    Verdict.PASS: (Verdict.PASS,),
    Verdict.INCONCLUSIVE: (Verdict.PASS, Verdict.INCONCLUSIVE),
}


@dataclass(frozen=True)
class Conditions:
    """The rules of one environment.

    A release must be, or have been, in the environment `requires`, for `after` seconds in all; the
    verdict that it was tagged with must be `verdict` or better. Empty, or 0, asks for nothing.
    """

    requires: str = ""
    after: float = 0
    verdict: str = ""


def objections(
    release: Release, conditions: Conditions, promotions: Iterable[Promotion], now: int
) -> Iterator[str]:
    """Why the release may not be put there; nothing where it may. `now` is epoch seconds."""
    first, asked = conditions.requires, conditions.verdict
    spent = seconds_in(promotions, release.model, first, release.commit, now) if first else None
    if first and spent is None:
        yield f"it was never in {first}"
    elif spent is not None and spent < conditions.after:
        yield f"it was in {first} for {words(spent)}, of at least {words(conditions.after)}"
    if asked and release.verdict not in _ENOUGH[Verdict(asked)]:
        yield f"its verdict is {release.verdict}, not {asked}"
