"""Where things stand in the picture of a metric by release."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mlvc.ops.plotted import ByRelease, Limit, Turn
from mlvc.plots import look
from mlvc.plots.layout import domain, lanes
from mlvc.plots.look import Spec, plain

HEIGHT = 280
_POINT, _LEAST = 9.2, 5.0  # pixels of a point in width, and where there are many
BESIDE = 8  # pixels from a point to its value in words
_NARROW, _WIDE, _STEP = 440, 1200, 26
_LONGEST = 260  # pixels of a release's name
_LAST = 253402300799  # the last second that a date can say
_GAP = 12  # pixels between two rollbacks of one lane


@dataclass(frozen=True)
class Place:
    """A plot of so many pixels in width, whose axis shows `low` to `high` in units of the metric.

    `written` are the values in words, `lanes` in which height above the plot each rollback goes.
    """

    metric: str
    width: int
    labels: tuple[str, ...]
    written: tuple[str, ...]
    low: float
    high: float
    lanes: tuple[int, ...] = ()

    @classmethod
    def of(cls, found: ByRelease) -> "Place":
        """Where the parts of a picture go, so that none hides another."""
        labels = tuple(point.label for point in found.points)
        width = min(_WIDE, max(_NARROW, _STEP * len(labels)))
        values = [point.value for point in found.points]
        written = tuple(look.number(value, values) for value in values)
        shown = [end for point in found.points for end in point.interval or ()]
        shown += [found.baseline.value] if found.baseline else []
        low, high = domain([*values, *shown], [limit.value for limit in found.limits])
        bare = cls(plain(found.metric), width, labels, written, low, high)
        return replace(bare, lanes=tuple(lanes([bare.span(turn) for turn in found.turns], _GAP)))

    @property
    def step(self) -> float:
        """The pixels from one release to the next."""
        return self.width / len(self.labels)

    @property
    def size(self) -> float:
        """The area of a point in pixels, smaller where there are many."""
        return max(_LEAST, min(_POINT, self.step)) ** 2

    @property
    def has_texts(self) -> bool:
        """Whether there is room for the values in words."""
        return self._text <= self.step - 2 * BESIDE

    @property
    def margin(self) -> float:
        """The pixels right of the plot that the last value takes, in words."""
        return max(0.0, BESIDE + self._text - self.step / 2) if self.has_texts else 0.0

    @property
    def _text(self) -> float:
        return max(map(look.width, self.written))

    def x(self, label: str) -> float:
        """The pixel of a release, from the left."""
        return self.step * (self.labels.index(label) + 0.5)

    def y(self, value: float) -> float:
        """The pixel of a value, from the top."""
        return HEIGHT * (self.high - value) / (self.high - self.low)

    def shows(self, limit: Limit) -> bool:
        """Whether the axis reaches as far as a limit."""
        return self.low <= limit.value <= self.high

    def span(self, turn: Turn) -> tuple[float, float]:
        """The pixels that a rollback takes, from left to right, with its text."""
        ends = sorted((self.x(turn.origin), self.x(turn.target)))
        middle, half = self.middle(turn), look.width(self.said(turn)) / 2
        return min(ends[0], middle - half), max(ends[1], middle + half)

    def middle(self, turn: Turn) -> float:
        """Where the text of a rollback is centred: above its arrow, and inside the plot."""
        half = look.width(self.said(turn)) / 2
        wanted = (self.x(turn.origin) + self.x(turn.target)) / 2
        return max(half, min(self.width - half, wanted))

    def said(self, turn: Turn) -> str:
        """A rollback in words."""
        day = datetime.fromtimestamp(min(turn.at, _LAST), UTC).strftime("%Y-%m-%d")
        text = f"rolled {'forward' if turn.is_forward else 'back'} {day}"
        return look.cut(f"{text}: {plain(turn.reason)}" if turn.reason else text, self.width)

    def releases(self) -> Spec:
        """The encoding of the axis of releases."""
        level = max(map(look.width, self.labels)) < self.step - BESIDE
        turned = {"labelAngle": 0} if level else {"labelAngle": -45, "labelAlign": "right"}
        shown = {"title": None, "labelLimit": _LONGEST, "labelOverlap": "greedy", **turned}
        return {
            "field": "release",
            "type": "ordinal",
            "sort": None,
            "scale": {"type": "point", "domain": list(self.labels), "padding": 0.5},
            "axis": {**shown, "grid": False, "ticks": self.step > _LEAST},
        }

    def values(self, field: str = "value") -> Spec:
        """The encoding of the axis of values."""
        form = look.form(max(abs(self.low), abs(self.high)))
        title = {"title": look.cut(self.metric, HEIGHT, 12), "tickCount": 6}
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": [self.low, self.high], "zero": False, "nice": False},
            "axis": {**title, **({"format": form} if form else {})},
        }
