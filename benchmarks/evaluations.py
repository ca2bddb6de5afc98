"""`python -m benchmarks.evaluations`: what an evaluation costs beyond its command, beside peers."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.evaluated import Ground, build
from benchmarks.known import add_known
from benchmarks.processes import BIN, environment, measure, output, say

# What must hold, as ratios.
OVERHEAD, TABLE, TOGETHER = 0.2, 2.0, 1.7


def overhead(ground: Ground, releases: int, rounds: int, *, queue: bool) -> dict[str, float]:
    """Seconds an evaluation takes beyond its command, by contestant: the median of the rounds."""
    rows: dict[str, list[float]] = {}
    for _ in range(rounds):
        command = ground.seconds(BIN / "python", "evaluate.py", "0.1")
        for name, contestant in _contestants(ground, releases).items():
            if name.startswith("dvc exp") and not queue:
                continue
            rows.setdefault(name, []).append(contestant() - command)
            say(f"  {name:32} {rows[name][-1]:6.3f} s beyond its command of {command:.3f} s")
    return {name: median(times) for name, times in rows.items()}


def _contestants(ground: Ground, releases: int) -> dict[str, Callable[[], float]]:
    mlvc = (BIN / "mlvc", "eval", "--with", "HEAD", "--again")
    names = [f"v1.{seed}.0" for seed in range(releases)]

    def one_more() -> float:
        many, one = ground.seconds(*mlvc, *names), ground.seconds(*mlvc, names[0])
        return (many - one) / (releases - 1)

    return {
        "mlvc eval, each further one": one_more,
        f"mlvc eval, {releases} in one call": lambda: ground.seconds(*mlvc, *names) / releases,
        "mlvc eval, one alone": lambda: ground.seconds(*mlvc, names[0]),
        "worktree, checkout, repro": lambda: _by_hand(ground),
        "dvc exp run --queue": lambda: _queued(ground, releases) / releases,
    }


def _by_hand(ground: Ground) -> float:
    tree = ground.path / "by-hand"
    cache = ("cache", "dir", "--local", str(ground.path / ".dvc" / "cache"))
    commands: Sequence[tuple[tuple[str | Path, ...], Path]] = (
        (("git", "worktree", "add", "--quiet", "--detach", str(tree), "model@v1.1.0"), ground.path),
        ((BIN / "dvc", *cache), tree),
        ((BIN / "dvc", "checkout", "--quiet"), tree),
        ((BIN / "dvc", "repro", "--quiet", "--single-item", "--force", "evaluate"), tree),
    )
    times = [measure(words, cwd, ground.env).seconds for words, cwd in commands]
    ground.git("worktree", "remove", "--force", str(tree))
    return sum(times) - times[1]  # a shared cache would need no setting


def _queued(ground: Ground, count: int) -> float:
    """What DVC's own queue takes for as many experiments, each with another seed."""
    script = (
        "for seed in $(seq 100 $((99 + $1))); do"
        " dvc exp run --quiet --queue -S seed=$seed >/dev/null; done;"
        " dvc queue start --jobs 1 >/dev/null;"
        " while dvc queue status | grep -Eq 'Queued|Running'; do sleep 0.1; done"
    )
    seconds = ground.seconds("sh", "-c", script, "sh", str(count))
    if "Failed" in output([BIN / "dvc", "queue", "status"], ground.path, ground.env):
        raise RuntimeError("an experiment failed")
    ground.seconds(BIN / "dvc", "queue", "remove", "--all")
    ground.seconds(BIN / "dvc", "exp", "remove", "--all-commits")
    return seconds


def together(ground: Ground, rounds: int) -> float:
    """How many times faster two evaluations at once are than one after the other."""
    mlvc = (BIN / "mlvc", "eval", "--with", "HEAD", "--again", "v1.0.0", "v1.1.0")
    ratios = []
    for _ in range(rounds):
        alone = ground.seconds(*mlvc)
        ratios.append(alone / ground.seconds(*mlvc, "--jobs", "2"))
        say(f"  --jobs 2: {ratios[-1]:.2f} x faster than {alone:.2f} s")
    return median(ratios)


def known(ground: Ground, releases: int, rounds: int) -> tuple[float, float]:
    """Seconds for the table of releases that are evaluated already, and for `mlvc list`."""
    ground.seconds(BIN / "mlvc", "eval", "v1.0.0", "--with", "HEAD", "--again")
    add_known(ground.path, ground.env, releases)
    table = (BIN / "mlvc", "eval", "--all", "--with", "HEAD")
    say(f"  the first table in this clone: {ground.seconds(*table):.2f} s")
    rows = [(ground.seconds(*table), ground.seconds(BIN / "mlvc", "list")) for _ in range(rounds)]
    return median(row[0] for row in rows), median(row[1] for row in rows)


def _rows(home: Path, options: argparse.Namespace) -> Iterator[tuple[str, float, float, str]]:
    env, few = environment(home / "home"), options.releases
    short = build(home / "short", env, few, 0.1)
    costs = overhead(short, few, options.rounds, queue=not options.without_queue)
    mine = costs["mlvc eval, each further one"]
    by_hand = costs["worktree, checkout, repro"]
    yield "overhead, of worktree + checkout + repro", mine / by_hand, OVERHEAD, "at most"
    if queued := costs.get("dvc exp run --queue"):
        yield "overhead, of dvc exp run --queue", mine / queued, OVERHEAD, "at most"
    busy = build(home / "busy", env, 2, options.busy)
    yield "two at once", together(busy, options.rounds), TOGETHER, "at least"
    table, listed = known(short, options.table, options.rounds)
    yield f"{options.table} known releases, of mlvc list", table / listed, TABLE, "at most"


def main(words: Sequence[str] | None = None) -> int:
    """Print the ratios; 1 where one is not what it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluations", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--releases", type=int, default=8, help="evaluated in one call")
    parser.add_argument("--table", type=int, default=1000, help="releases that are known")
    parser.add_argument("--busy", type=float, default=3.0, help="seconds that two at once compute")
    parser.add_argument("--without-queue", action="store_true", help="leave out `dvc exp`")
    options, wrong = parser.parse_args(words), 0
    with tempfile.TemporaryDirectory(prefix="mlvc-bench-") as folder:
        rows = list(_rows(Path(folder), options))
    for name, ratio, limit, word in rows:
        good = ratio >= limit if word == "at least" else ratio <= limit
        wrong += not good
        print(f"| {name} | {ratio:.2f} | {word} {limit:g} | {'PASS' if good else 'FAIL'} |")  # noqa: T201
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
