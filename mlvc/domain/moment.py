"""Days and instants that a user names."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from mlvc.errors import Exit, MlvcError

_DAY = 86_400


@dataclass(frozen=True)
class Moment:
    """A day or an instant in UTC: its first and last second since the epoch, and how to say it."""

    start: int
    end: int
    text: str

    @classmethod
    def parse(cls, text: str) -> "Moment":
        """The moment that `text` spells as ISO 8601 has it; UTC where it names no zone.

        A date alone is the whole day. Raises `MlvcError` (USAGE).
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
        second = int(at.timestamp() // 1)
        return cls(second, second, f"{at:%Y-%m-%d %H:%M:%S} UTC")


def _day(day: date) -> Moment:
    start = int(datetime.combine(day, time(), UTC).timestamp())
    return Moment(start, start + _DAY - 1, f"{day} (UTC)")
