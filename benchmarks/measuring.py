"""Rounds: every contestant once or twice in each, so that the machine's moods hit all alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from benchmarks.processes import Sample, say


class Key(NamedTuple):
    """What a row of the results is about. `state` is empty where a contestant has none."""

    dataset: str
    cache: str
    contestant: str
    state: str = ""


class Figure(NamedTuple):
    """What the samples of a row come to: seconds, of them work (median), peak memory in bytes."""

    median: float
    low: float
    high: float
    work: float
    peak: int


@dataclass
class Results:
    """All samples of a run; `counts` are the data files that a command opened, `notes` why not."""

    samples: dict[Key, list[Sample]] = field(default_factory=dict)
    counts: dict[Key, int] = field(default_factory=dict)
    notes: dict[Key, str] = field(default_factory=dict)

    def add(self, key: Key, sample: Sample) -> None:
        """Keep a sample, and say so: a run is long."""
        self.samples.setdefault(key, []).append(sample)
        say(f"  {' '.join(filter(None, key)):40} {sample.seconds:8.3f} s {sample.work:8.3f} s work")

    def figure(self, key: Key) -> Figure | None:
        """The figure of a row, None where there is no sample."""
        rows = self.samples.get(key)
        if not rows:
            return None
        times = [row.seconds for row in rows]
        peak = max(row.peak for row in rows)
        work = median(row.work for row in rows)
        return Figure(median(times), min(times), max(times), work, peak)

    def seconds(self, *key: str) -> float | None:
        """The median of a row in seconds."""
        found = self.figure(Key(*key))
        return found.median if found else None


@dataclass(frozen=True)
class Stint:
    """The rows of one dataset and cache type."""

    results: Results
    dataset: str
    cache: str

    def time(self, contestant: str, state: str, switch: Callable[[], Sample]) -> None:
        """Measure once."""
        self.results.add(Key(self.dataset, self.cache, contestant, state), switch())

    def note(self, contestant: str, state: str, why: str) -> None:
        """Say why a row has no figure."""
        self.results.notes[Key(self.dataset, self.cache, contestant, state)] = why

    def count(self, contestant: str, state: str, files: int) -> None:
        """Keep how many data files a command opened: the worst of all rounds."""
        key = Key(self.dataset, self.cache, contestant, state)
        self.results.counts[key] = max(files, self.results.counts.get(key, 0))
