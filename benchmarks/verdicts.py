"""What mlvc claims of its speed, each judged by figures of the same run."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.limits import COPY, HASHES, LINK, LOOK, LOOP
from benchmarks.measuring import Key, Results
from benchmarks.rounds import (
    AFTER_MLVC,
    COMMIT,
    DVC,
    FULL,
    MLVC,
    PREPARED,
    SPARE,
    START,
    STATUS,
    WARM,
)

_MIB = 1 << 20
# Where little differs, the tree that the last switch left takes the differences.
_OF_DVC = {"b": (WARM, 1 / 3), "c": (WARM, 1 / 4), "d": (SPARE, 1 / 3)}
_OF_LINKS, _OF_COPIES, _OF_LOOP, _OF_PROOF = 2.5, 1.3, 4.0, 1.3
_PREPARED = 0.15  # s
_PEAK = 200  # MiB


@dataclass(frozen=True)
class Verdict:
    """A claim with its figure and limit in `unit`; None where something was not measured."""

    claim: str
    figure: float | None
    limit: float
    unit: str

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None is not known."""
        return None if self.figure is None else self.figure <= self.limit

    @property
    def word(self) -> str:
        """PASS, FAIL or n/a."""
        return {True: "PASS", False: "FAIL", None: "n/a"}[self.holds]

    def __str__(self) -> str:
        figure = "–" if self.figure is None else f"{self.figure:.2f}"
        return f"{self.word:4}  {self.claim}: {figure} {self.unit} (at most {self.limit:.2f})"


def judge(results: Results) -> list[Verdict]:
    """All claims, in the order of the requirement."""
    cache = next((key.cache for key in results.samples if key.dataset == "tiny"), "")
    start = results.seconds("tiny", cache, START) or 0.0
    commit = results.seconds("tiny", cache, COMMIT) or 0.0
    return [
        *_against_dvc(results),
        *_against_limits(results, start),
        *_prepared(results, start + commit),
        *_proof(results, start),
        *_peaks(results),
        *_status(results),
    ]


def _against_dvc(results: Results) -> Iterator[Verdict]:
    for name, (state, limit) in _OF_DVC.items():
        ours = results.seconds(name, "hardlink", MLVC, state)
        theirs = results.seconds(name, "hardlink", DVC, WARM)
        claim = f"({name}) hardlink, {state}, of dvc checkout"
        yield Verdict(claim, _ratio(ours, theirs), limit, "×")


def _against_limits(results: Results, start: float) -> Iterator[Verdict]:
    # Made anew, and as mlvc leaves it: with the tree of the last switch.
    for name, state, cache, limit, factor in (
        *((name, state, "hardlink", LINK, _OF_LINKS) for state in (WARM, SPARE) for name in "bc"),
        *((name, state, "copy", COPY, _OF_COPIES) for state in (WARM, SPARE) for name in "bc"),
        *(("d", SPARE, cache, LOOP, _OF_LOOP) for cache in ("hardlink", "copy")),
    ):
        ours = _beyond(results.seconds(name, cache, MLVC, state), start)
        peer = results.seconds(name, cache, limit)
        claim = f"({name}) {cache}, {state}, beyond start-up, of {limit}"
        yield Verdict(claim, _ratio(ours, peer), factor, "×")


def _prepared(results: Results, fixed: float) -> Iterator[Verdict]:
    for cache in ("hardlink", "copy"):
        bare = []
        tiny = next((results.seconds(*key) for key in results.samples if _is_tiny_look(key)), 0.0)
        for name in "abc":
            beyond = _beyond(results.seconds(name, cache, MLVC, PREPARED), fixed)
            claim = f"({name}) {cache}, prepared, beyond start-up and git commit"
            yield Verdict(claim, beyond, _PREPARED, "s")
            look = results.seconds(name, cache, LOOK)
            if beyond is not None and look is not None:
                bare.append(beyond - (look - (tiny or 0.0)))
        spread = max(bare) - min(bare) if len(bare) == len("abc") else None
        claim = f"{cache}, prepared: (a), (b), (c) differ, but for the stat of each file, by"
        yield Verdict(claim, spread, _PREPARED, "s")


def _is_tiny_look(key: Key) -> bool:
    return key.dataset == "tiny" and key.contestant == LOOK


def _proof(results: Results, start: float) -> Iterator[Verdict]:
    # Not of a cold one, for which the model that is live is hashed, too.
    ours = _beyond(results.seconds("a", "copy", MLVC, FULL), start)
    found = [results.seconds("a", "copy", name) for name in (COPY, *HASHES)]
    peers = [seconds for seconds in found if seconds is not None]
    slowest = max(peers) if peers else None
    claim = "(a) copy, verify=full, beyond start-up, of the slowest of cp, md5sum, sha256sum"
    yield Verdict(claim, _ratio(ours, slowest), _OF_PROOF, "×")


def _peaks(results: Results) -> Iterator[Verdict]:
    for cache in ("hardlink", "copy"):
        found = [
            max(sample.peak for sample in samples) / _MIB
            for key, samples in results.samples.items()
            if key[:3] == ("c", cache, MLVC)
        ]
        yield Verdict(f"(c) {cache}, peak memory", max(found, default=None), _PEAK, "MiB")


def _status(results: Results) -> Iterator[Verdict]:
    for key, count in results.counts.items():
        if key.contestant == STATUS and key.state == AFTER_MLVC:
            claim = f"({key.dataset}) {key.cache}, data files that dvc status opens after mlvc"
            yield Verdict(claim, float(count), 0, "files")


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or theirs is None else ours / theirs


def _beyond(seconds: float | None, fixed: float) -> float | None:
    return None if seconds is None else seconds - fixed
