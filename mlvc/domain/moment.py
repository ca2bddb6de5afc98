"""Days, hours, minutes and seconds that a user names."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from mlvc.errors import Exit, MlvcError

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_TIME = re.compile(r"(\d\d(?::?\d\d){0,2}(?:[.,]\d+)?)(?:Z|[+-][\d:.]+)?$")
"""The time at the end of a text in ISO 8601, and its zone."""


@dataclass(frozen=True)
class Moment:
    """A time as exactly as it was named: its first and last second since the epoch, and a text."""

    start: int
    end: int
    text: str

    @classmethod
    def parse(cls, text: str) -> "Moment":
        """The moment that `text` spells as ISO 8601 has it; UTC where it names no zone.

        A date alone is the whole day, a time without seconds the whole minute or hour. Raises
        `MlvcError` (USAGE).
        """
        try:
            return _day(date.fromisoformat(text))
        except ValueError:
            pass
        try:
            at = datetime.fromisoformat(text)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            raise MlvcError(
                f"{text!r} is no date",
                "Such as 2026-11-01, '2026-11-01 14:30' (UTC) or 2026-11-01T14:30+02:00.",
                Exit.USAGE,
            ) from None
        return _span(at, _exactness(text))


def _day(day: date) -> Moment:
    start = int(datetime.combine(day, time(), UTC).timestamp())
    return Moment(start, start + _DAY - 1, f"{day} (UTC)")


def _exactness(text: str) -> int:
    """How many seconds long what a time names is."""
    found = _TIME.search(text)
    digits = len(found[1].replace(":", "")) if found else 0
    return {2: _HOUR, 4: _MINUTE}.get(digits, 1)


def _span(at: datetime, seconds: int) -> Moment:
    start = int(at.timestamp() // 1)
    form = "%Y-%m-%d %H:%M:%S" if seconds == 1 else "%Y-%m-%d %H:%M"
    until = f" to {at + timedelta(minutes=59):%H:%M}" if seconds == _HOUR else ""
    return Moment(start, start + seconds - 1, f"{at:{form}}{until} UTC")
