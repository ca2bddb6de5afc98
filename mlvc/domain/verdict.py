"""What a gate answers."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a gate answers; NONE where no gate applies."""

    PASS = "PASS"  # noqa: S105 - no password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    NONE = "NONE"


# The gravest first: only FAIL ever rolls back by itself, so no error may hide one.
_GRAVITY = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS)


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest verdict; NONE where none applies."""
    given = set(verdicts)
    return next((v for v in _GRAVITY if v in given), Verdict.NONE)
