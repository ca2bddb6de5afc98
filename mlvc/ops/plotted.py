"""What is found for a plot of a metric by release: plain values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """A release and its metric. `interval` is at 95 %, None where predictions do not tell.

    `verdict` is the one in the release's tag.
    """

    label: str
    value: float
    interval: tuple[float, float] | None
    verdict: str
    current: bool = False
    withdrawn: bool = False
    baseline: bool = False


@dataclass(frozen=True)
class Limit:
    """A value that the metric must not pass, and the gate that says so."""

    text: str
    value: float


@dataclass(frozen=True)
class Turn:
    """A rollback that holds, between two releases that are shown. `at` is epoch seconds."""

    origin: str
    target: str
    at: int
    reason: str
    is_forward: bool


@dataclass(frozen=True)
class ByRelease:
    """A metric by release, lowest version first.

    `evaluator` is the revision whose evaluator made all values, empty where each release has its
    own: then they cannot be compared. `baseline` is the value of the last good release, if it can
    be. `notes` say what is left out, and why.
    """

    model: str
    metric: str
    evaluator: str
    points: tuple[Point, ...]
    baseline: Limit | None
    limits: tuple[Limit, ...]
    turns: tuple[Turn, ...]
    notes: tuple[str, ...]
