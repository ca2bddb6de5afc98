"""How long it takes to see all releases as they become more: `make bench-list`.

Repositories of a project of 100 models with more and more releases, each on a commit of its own,
made by `git fast-import`. `mlvc list` is timed beside `git for-each-ref` that prints the same tags
whole, and beside `gto show`, which needs most of a minute for 10,000: only up to `--gto` releases.
With `--mlflow PYTHON`, a Python that has MLflow, also beside its `search_model_versions` on SQLite.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.known import data
from benchmarks.processes import environment, measure, say

SIZES, ROUNDS, MODELS = (10, 1000, 10_000, 100_000), 5, 100
METRICS = ("accuracy", "f1", "roc_auc")
_START, _MINUTE, _MS = 1_700_000_000, 60, 1000
_QUICK = 10  # seconds
_MLFLOW = Path(__file__).with_name("mlflow_registry.py")
Bench = Callable[[Path, int, argparse.Namespace, dict[str, str]], dict[str, float]]
_FORMAT = "--format=%(refname) %(*objectname) %(taggerdate:unix) %(contents)"
OURS, GTO, MLFLOW = "mlvc list", "gto show", "search_model_versions"
COMMANDS: dict[str, tuple[str, ...]] = {
    OURS: ("mlvc", "list"),
    "git for-each-ref": ("git", "for-each-ref", _FORMAT, "refs/tags"),
    GTO: ("gto", "show"),
}


def build(folder: Path, size: int) -> Path:
    """A repository with that many releases, its refs packed as a clone has them."""
    path = folder / str(size)
    stream = b"".join(part.encode() for number in range(size) for part in _release(number))
    for words, given in (
        (("init", "--quiet", "--initial-branch=main", str(path)), b""),
        (("-C", str(path), "fast-import", "--quiet"), stream),
        (("-C", str(path), "pack-refs", "--all"), b""),
        (("-C", str(path), "reset", "--quiet", "--hard"), b""),
    ):
        subprocess.run(["git", *words], input=given, check=True)
    return path


def _release(number: int) -> Iterator[str]:
    """A commit with a new model, and the tag that `mlvc tag` would make of it."""
    at, version = _START + number * _MINUTE, _version(number // MODELS)
    model, by = f"model-{number % MODELS}", f"Ada Example <ada@example.com> {at} +0000"
    yield f"commit refs/heads/main\nmark :{number + 1}\ncommitter {by}\n{data('Train')}"
    if number == 0:
        yield from _project()
    md5 = _md5(model, version)
    yield from _trained(model, md5)
    yield f"tag {model}@v{version}\nfrom :{number + 1}\ntagger {by}\n"
    yield data(_text(model, version, md5, number))


def _project() -> Iterator[str]:
    """What makes it a DVC project that declares the models, all of them trained."""
    names = [f"model-{number}" for number in range(MODELS)]
    entries = "".join(f"  {name}: {{path: {name}.bin, type: model}}\n" for name in names)
    yield f"M 100644 inline .dvc/config\n{data('')}"
    declared = f"artifacts:\n{entries}"
    yield f"M 100644 inline dvc.yaml\n{data(declared)}"
    for name in names:
        yield from _trained(name, _md5(name, "never released"))


def _trained(model: str, md5: str) -> Iterator[str]:
    yield f"M 100644 inline {model}.bin.dvc\n"
    yield data(f"outs:\n- {{md5: {md5}, size: 1000, hash: md5, path: {model}.bin}}\n")


def _md5(model: str, version: str) -> str:
    return hashlib.md5(model.encode() + version.encode(), usedforsecurity=False).hexdigest()


def _text(model: str, version: str, md5: str, number: int) -> str:
    sha256 = hashlib.sha256(md5.encode()).hexdigest()
    metrics = "".join(f"Metric: {name}={number % 97 / 100!r}\n" for name in METRICS)
    return (
        f"{model} v{version}\n\nTrained on month {number}\n\n"
        f"Model-Path: {model}.bin\nModel-Digest: sha256:{sha256}\nModel-Object: md5:{md5}\n"
        f"Lineage-Digest: sha256:{sha256[::-1]}\nBump: patch: only data changed\n{metrics}"
        f"Verdict: {'PASS' if number % 7 else 'FAIL'}\n"
    )


def _version(number: int) -> str:
    return f"{number // 100}.{number // 10 % 10}.{number % 10}"


def mlflow(python: str, folder: Path, size: int, env: dict[str, str]) -> tuple[str, ...]:
    """MLflow with that many versions in a database of its own; its verbs are still to be said."""
    words = (python, str(_MLFLOW), str(folder / f"{size}.sqlite"))
    measure((*words, "fill", str(size), str(min(size, MODELS))), folder, env)
    return words


def times(
    path: Path,
    commands: Mapping[str, Sequence[str]],
    rounds: int,
    env: dict[str, str],
    after: Callable[[], None] = lambda: None,
) -> dict[str, float]:
    """Medians in seconds, of rounds in which all take their turn after one that does not count.

    Nor does what comes `after` each, nor one run before each of those that are quick: while another
    one takes a minute, some machines give up what the disk has to give again.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, words in commands.items():
            is_quick = number and taken[name][0] < _QUICK
            for _ in range(2 if is_quick else 1):
                seconds = measure(words, path, env).seconds
                after()
            taken[name].append(seconds)
    return {name: median(found[1:]) for name, found in taken.items()}


def table(found: dict[int, dict[str, float]], ours: str) -> Iterator[str]:
    """Milliseconds of each contestant, and in brackets how many times `ours`."""
    yield f"| ms (ratio to mlvc) | {' | '.join(f'{size:,}' for size in found)} |"
    yield f"|---|{'---:|' * len(found)}"
    for name in dict.fromkeys(name for medians in found.values() for name in medians):
        cells = (_cell(medians, name, ours) for medians in found.values())
        yield f"| `{name}` | {' | '.join(cells)} |"


def _cell(medians: dict[str, float], name: str, ours: str) -> str:
    if name not in medians:
        return ""
    ratio = f" ({medians[name] / medians[ours]:.2f})" if name != ours else ""
    return f"{medians[name] * _MS:,.0f}{ratio}"


def compare(
    words: Sequence[str] | None, prog: str, about: str | None, bench: Bench, ours: str
) -> int:
    """Measure at each size, and print the table."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{prog}", description=about)
    parser.add_argument("--size", type=int, action="append", metavar="N", help="repeatable")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    parser.add_argument("--gto", type=int, default=1000, metavar="N", help="GTO up to N releases")
    parser.add_argument("--mlflow", metavar="PYTHON", help="a Python that has MLflow")
    parser.add_argument("--mlflow-to", type=int, default=10_000, metavar="N", help="up to N")
    options = parser.parse_args(words)
    found: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="mlvc-bench-") as folder:
        facts, env = machine.facts(Path(folder)), environment(Path(folder, "home"))
        for size in options.size or SIZES:
            say(f"{size:,} releases")
            found[size] = bench(Path(folder), size, options, env)
    there = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    print(there, *table(found, ours), sep="\n")  # noqa: T201 - the table of a command
    return 0


def _bench(
    folder: Path, size: int, options: argparse.Namespace, env: dict[str, str]
) -> dict[str, float]:
    commands = {name: it for name, it in COMMANDS.items() if name != GTO or size <= options.gto}
    if options.mlflow and size <= options.mlflow_to:
        commands[MLFLOW] = (*mlflow(options.mlflow, folder, size, env), "list")
    return times(build(folder, size), commands, options.rounds, env)


def main(words: Sequence[str] | None = None) -> int:
    """Build, measure, print."""
    return compare(words, "listing", __doc__, _bench, OURS)


if __name__ == "__main__":
    sys.exit(main())
