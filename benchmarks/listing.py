"""How long it takes to see all releases as they become more: `make bench-list`.

Repositories of several sizes with up to 100 models, each release on a commit of its own, made by
`git fast-import`. `mlvc list` is timed beside `git for-each-ref` that prints the same tags whole,
and beside `gto show`, which needs over a minute for 10,000: only up to `--gto` releases.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.known import data
from benchmarks.processes import environment, measure, say

SIZES, ROUNDS, MODELS = (10, 1000, 10_000, 100_000), 5, 100
METRICS = ("accuracy", "f1", "roc_auc")
_START, _MINUTE, _MS = 1_700_000_000, 60, 1000
_FORMAT = "--format=%(refname) %(*objectname) %(taggerdate:unix) %(contents)"
COMMANDS: dict[str, tuple[str, ...]] = {
    "mlvc list": ("mlvc", "list"),
    "git for-each-ref": ("git", "for-each-ref", _FORMAT, "refs/tags"),
    "gto show": ("gto", "show"),
}


def build(folder: Path, size: int) -> Path:
    """A repository with that many releases, its refs packed as a clone has them."""
    path = folder / str(size)
    stream = b"".join(part.encode() for number in range(size) for part in _release(number, size))
    for words, given in (
        (("init", "--quiet", "--initial-branch=main", str(path)), b""),
        (("-C", str(path), "fast-import", "--quiet"), stream),
        (("-C", str(path), "pack-refs", "--all"), b""),
        (("-C", str(path), "reset", "--quiet", "--hard"), b""),
    ):
        subprocess.run(["git", *words], input=given, check=True)
    return path


def _release(number: int, size: int) -> Iterator[str]:
    """A commit with a new model, and the tag that `mlvc tag` would make of it."""
    models = min(size, MODELS)
    at, version = _START + number * _MINUTE, _version(number // models)
    model, by = f"model-{number % models}", f"Ada Example <ada@example.com> {at} +0000"
    yield f"commit refs/heads/main\nmark :{number + 1}\ncommitter {by}\n{data('Train')}"
    if number == 0:
        yield from _project(models)
    md5 = hashlib.md5(model.encode() + version.encode(), usedforsecurity=False).hexdigest()
    yield f"M 100644 inline {model}.bin.dvc\n"
    yield data(f"outs:\n- {{md5: {md5}, size: 1000, hash: md5, path: {model}.bin}}\n")
    yield f"tag {model}@v{version}\nfrom :{number + 1}\ntagger {by}\n"
    yield data(_text(model, version, md5, number))


def _project(models: int) -> Iterator[str]:
    """What makes it a DVC project that declares these models."""
    names = [f"model-{number}" for number in range(models)]
    entries = "".join(f"  {name}: {{path: {name}.bin, type: model}}\n" for name in names)
    yield f"M 100644 inline .dvc/config\n{data('')}"
    declared = f"artifacts:\n{entries}"
    yield f"M 100644 inline dvc.yaml\n{data(declared)}"


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


def times(path: Path, who: Sequence[str], rounds: int, env: dict[str, str]) -> dict[str, float]:
    """Medians in seconds, of rounds in which all take their turn after one that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in who}
    for number in range(rounds + 1):
        for name in who:
            seconds = measure(COMMANDS[name], path, env).seconds
            taken[name] += [seconds] if number else []
    return {name: median(found) for name, found in taken.items()}


def table(found: dict[int, dict[str, float]]) -> Iterator[str]:
    """Milliseconds of each contestant, and in brackets how many times those of mlvc."""
    yield f"| ms (ratio to mlvc) | {' | '.join(f'{size:,}' for size in found)} |"
    yield f"|---|{'---:|' * len(found)}"
    for name in COMMANDS:
        yield f"| `{name}` | {' | '.join(_cell(of_size, name) for of_size in found.values())} |"


def _cell(medians: dict[str, float], name: str) -> str:
    if name not in medians:
        return ""
    ratio = f" ({medians[name] / medians['mlvc list']:.2f})" if name != "mlvc list" else ""
    return f"{medians[name] * _MS:,.0f}{ratio}"


def main(words: Sequence[str] | None = None) -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing", description=__doc__)
    parser.add_argument("--size", type=int, action="append", metavar="N", help="repeatable")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    parser.add_argument("--gto", type=int, default=1000, metavar="N", help="gto show up to N")
    options = parser.parse_args(words)
    found: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="mlvc-bench-") as folder:
        facts, env = machine.facts(Path(folder)), environment(Path(folder, "home"))
        for size in options.size or SIZES:
            say(f"{size:,} releases")
            who = [name for name in COMMANDS if name != "gto show" or size <= options.gto]
            found[size] = times(build(Path(folder), size), who, options.rounds, env)
    about = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    print(about, *table(found), sep="\n")  # noqa: T201 - the table of a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
