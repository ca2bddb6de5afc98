"""How the record of evaluations behaves as it grows: `make bench-record`.

Records of several sizes, each model with one evaluation, and one of a single model with very many.
An append, look-ups and a merge of two clones are timed beside what plain git needs for the same.
`mlvc eval` would time its stage; so this, of all benchmarks, calls the insides.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.plain_record import Plain
from benchmarks.processes import say
from mlvc.domain.evaluation import Evaluation
from mlvc.registry import evaluations
from mlvc.registry.git import Git
from mlvc.registry.recording import REF
from mlvc.registry.uniting import unite

SIZES, ROUNDS, MANY = (100, 10_000, 100_000), 11, 1000
OTHER = "refs/mlvc/remotes/other/evaluations"
APPEND, ONE, THOUSAND, MERGE = "append", "look up one", "look up 1,000", "merge 1,000 with 1,000"
RIVAL = "refs/mlvc/rival"
_MS, _APART = 1000, 10**9


@dataclass
class Record:
    """A record that is measured; `hot` where all evaluations are of one model."""

    plain: Plain
    size: int
    hot: bool
    seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    written: list[int] = field(default_factory=list)
    largest: int = 0

    @property
    def git(self) -> Git:
        """The repository."""
        return Git(self.plain.path)

    @property
    def title(self) -> str:
        """What the columns of this record are called."""
        return f"{self.size:,} of one model" if self.hot else f"{self.size:,}"

    def made(self, number: int) -> Evaluation:
        """An evaluation as they are, by its number."""
        model = hashlib.md5(b"" if self.hot else b"%d" % number, usedforsecurity=False).hexdigest()
        return Evaluation(
            id=f"{number:016x}",
            at=float(number),
            model="fraud",
            model_digest=f"md5:{model}",
            release=f"fraud@v0.{number}.0",
            evaluator_digest=f"sha256:{hashlib.sha256(b'%d' % number).hexdigest()}",
            evaluator_revision=f"{number:040x}",
            stages=("evaluate",),
            metrics=dict.fromkeys(("accuracy", "f1", "roc_auc", "log_loss"), number / 1e6),
            outputs={"metrics.json": f"md5:{model}", "predictions.csv": f"md5:{model}"},
        )

    def path(self, made: Evaluation) -> str:
        """Where mlvc would have put it: of one model, the first 256 lie beside each other."""
        return made.path(spread=self.hot and made.at >= 256)  # noqa: PLR2004

    def files(self, numbers: Iterable[int]) -> Iterator[tuple[str, bytes]]:
        """Paths and contents of evaluations."""
        for made in map(self.made, numbers):
            yield self.path(made), made.to_json()

    def time(self, what: str, who: str, work: Callable[[], object]) -> None:
        """Measure once."""
        start = time.perf_counter()
        work()
        self.seconds.setdefault((what, who), []).append(time.perf_counter() - start)


def build(folder: Path, size: int, *, hot: bool) -> Record:
    """A record as many commits have made it, in one pack."""
    record = Record(Plain(Plain.made(folder / f"{size}-{hot}")), size, hot)
    record.plain.load(REF, record.files(range(size)))
    return record


def measure(records: Sequence[Record], rounds: int) -> None:
    """All contestants and records once a round, so that the machine's moods hit all alike."""
    bases = [record.git.text("rev-parse", REF) for record in records]
    for number in range(rounds):
        say(f"round {number + 1}")
        for record in records:
            _append(record, record.size + number)
            _look_up(record)
    # Last, since it makes small records large.
    for number in range(rounds):
        say(f"merge {number + 1}")
        for record, base in zip(records, bases, strict=True):
            if not record.hot:
                _merge(record, base, 10 * record.size + number * MANY)


def _append(record: Record, number: int) -> None:
    """Each has one of its own: what one has written, the other would find."""
    plain = record.plain
    first, second, made = (record.made(number + start) for start in (_APART, 2 * _APART, 0))
    record.time(APPEND, "git, index", lambda: plain.append(record.path(first), first.to_json()))
    record.time(
        APPEND, "git fast-import", lambda: plain.import_one(record.path(second), second.to_json())
    )
    before = record.git.text("rev-parse", REF)
    record.time(APPEND, "mlvc", lambda: evaluations.record(record.git, [made]))
    sizes = plain.new_objects(before, REF)
    record.written.append(sum(stored for _, stored in sizes))
    record.largest = max(raw for raw, _ in sizes)


def _look_up(record: Record) -> None:
    git, plain = record.git, record.plain
    many = [record.made(number) for number in range(0, record.size, max(1, record.size // MANY))]
    one = many[len(many) // 2]
    by = {one.evaluator_digest}
    record.time(ONE, "git cat-file -e", lambda: plain.holds(record.path(one)))
    record.time(ONE, "mlvc", lambda: evaluations.read_many(git, [one.model_digest], by))
    if not record.hot:
        paths = [each.path() for each in many]
        digests = [each.model_digest for each in many]
        record.time(THOUSAND, "git cat-file --batch", lambda: plain.contents(paths))
        record.time(THOUSAND, "git ls-tree -r", plain.listed)
        record.time(THOUSAND, "mlvc", lambda: evaluations.read_many(git, digests))


def _merge(record: Record, base: str, first: int) -> None:
    """Ours has a thousand that theirs has not, and the other way round."""
    plain = record.plain
    for at, ref in enumerate((RIVAL, OTHER), 1):
        start = at * _APART + first
        plain.load(ref, record.files(range(start, start + MANY)), base)
    evaluations.record(record.git, [record.made(number) for number in range(first, first + MANY)])
    record.time(MERGE, "git merge-tree", lambda: plain.merge(RIVAL))
    record.time(MERGE, "mlvc", lambda: unite(record.git))
    plain.forget(OTHER)


def table(records: Sequence[Record]) -> Iterator[str]:
    """Medians in ms, each with its ratio to mlvc's of the same record."""
    yield f"| ms (ratio to mlvc) | {' | '.join(record.title for record in records)} |"
    yield f"|---|{'---:|' * len(records)}"
    for row in dict.fromkeys(key for record in records for key in record.seconds):
        cells = [_cell(record, *row) for record in records]
        yield f"| {row[0]}: {row[1]} | {' | '.join(cells)} |"
    written = [f"{median(record.written):,.0f}" for record in records]
    yield f"| bytes that an append stores | {' | '.join(written)} |"
    largest = [f"{record.largest:,}" for record in records]
    yield f"| bytes of its largest object, not compressed | {' | '.join(largest)} |"


def _cell(record: Record, what: str, who: str) -> str:
    if (what, who) not in record.seconds:
        return ""
    found, own = (median(record.seconds[what, name]) for name in (who, "mlvc"))
    return f"{found * _MS:.1f}" if who == "mlvc" else f"{found * _MS:.1f} ({found / own:.1f})"


def main(words: Sequence[str] | None = None) -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record", description=__doc__)
    parser.add_argument("--size", type=int, action="append", metavar="N", help="repeatable")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options = parser.parse_args(words)
    sizes = options.size or SIZES
    with tempfile.TemporaryDirectory(prefix="mlvc-bench-") as folder:
        facts = machine.facts(Path(folder))
        records = [build(Path(folder), size, hot=False) for size in sizes]
        records.append(build(Path(folder), max(sizes), hot=True))
        measure(records, options.rounds)
    about = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    print(about, *table(records), sep="\n")  # noqa: T201 - the table of a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
