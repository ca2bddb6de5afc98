"""`python -m benchmarks`: build, measure, judge, report."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, report
from benchmarks.building import CACHES, build
from benchmarks.datasets import DATASETS, TINY, Dataset
from benchmarks.ground import Ground
from benchmarks.limits import Limits
from benchmarks.measuring import Results, Stint
from benchmarks.processes import environment, say
from benchmarks.rivals import Lfs, build_lfs
from benchmarks.rounds import measure_fixed, measure_round
from benchmarks.verdicts import judge

RESULTS = Path(__file__).parent / "results"
_QUICK = 20


@dataclass(frozen=True)
class Choice:
    """What is to be measured, and where the datasets are."""

    datasets: Sequence[Dataset]
    caches: Sequence[str]
    rounds: int | None
    home: Path


def main(words: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 where a claim does not hold."""
    options = _parser().parse_args(words)
    scale = options.scale or (_QUICK if options.quick else 1)
    chosen = [DATASETS[name].scaled(scale) for name in options.only or DATASETS]
    caches = options.cache or (["hardlink"] if options.quick else list(CACHES))
    rounds = options.repeat or (1 if options.quick else None)
    with _folder(options.keep) as home:
        facts = machine.facts(home)
        results = measure(Choice(chosen, caches, rounds, home))
    verdicts = judge(results)
    whole = scale == 1 and not options.only and not options.cache
    outcome = report.Outcome(facts, chosen, results, verdicts)
    report.write(options.out, "latest" if whole else "part", outcome)
    for verdict in verdicts:
        say(str(verdict))
    # A small dataset is all start-up: its ratios prove nothing.
    return int(scale == 1 and any(verdict.holds is False for verdict in verdicts))


def measure(choice: Choice) -> Results:
    """Build what is missing, then measure: building is no neighbour for a stopwatch."""
    results, env = Results(), environment(choice.home / "home")
    pairs = [(dataset, cache) for dataset in choice.datasets for cache in choice.caches]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        tiny, *grounds = pool.map(
            lambda pair: _ground(pair[0], pair[1], choice.home, env),
            [(TINY, choice.caches[-1]), *pairs],
        )
        # It always copies, so it is measured beside copies.
        copied = choice.datasets if "copy" in choice.caches else ()
        rivals = pool.map(lambda dataset: build_lfs(dataset, choice.home, env), copied)
        lfs = {rival.dataset.name: rival for rival in rivals}
    measure_fixed(tiny, results, choice.rounds or TINY.rounds)
    for (dataset, cache), ground in zip(pairs, grounds, strict=True):
        rival = lfs.get(dataset.name) if cache == "copy" else None
        _measure(ground, rival, results, choice.rounds)
    return results


def _ground(dataset: Dataset, cache: str, home: Path, env: Mapping[str, str]) -> Ground:
    scratch = home / "scratch" / f"{dataset.name}-{cache}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    return Ground(build(dataset, cache, home, env), scratch)


def _measure(ground: Ground, lfs: Lfs | None, results: Results, rounds: int | None) -> None:
    repository = ground.repository
    stint, limits = Stint(results, repository.dataset.name, repository.cache), Limits(ground)
    for number in range(rounds or repository.dataset.rounds):
        say(f"{repository.dataset.title}, {repository.cache}: round {number + 1}")
        measure_round(ground, stint, limits, lfs)
    shutil.rmtree(ground.scratch)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="mlvc-bench-") as folder:
        yield Path(folder).resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--only", action="append", choices=DATASETS, help="this dataset; repeatable")
    add("--cache", action="append", choices=CACHES, help="this cache type; repeatable")
    add("--repeat", type=int, metavar="N", help="rounds (default: 5, for c 3)")
    add("--quick", action="store_true", help="a 20th of the data, one round, hard links only")
    add("--scale", type=int, metavar="N", help="an Nth of the data")
    add("--keep", type=Path, metavar="DIR", help="keep the datasets there and use them again")
    add("--out", type=Path, metavar="DIR", default=RESULTS, help="where the results go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
