"""What a Git hook of mlvc costs when it has nothing to do: `make bench-hooks`.

Each hook is run as Git runs it, in a repository of some thousand files: a commit of code, a
checkout and a merge between commits whose models are the same, a push of a branch. It may cost
twice `git --version` and a start of Python; the last column says how much of that it takes.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.processes import environment, measure, say

FILES, ROUNDS = 2000, 30
_MS = 1000
_GIT, _PYTHON = "git --version", "python -c pass"
COMMANDS: dict[str, tuple[str, ...]] = {
    _GIT: ("git", "--version"),
    _PYTHON: (sys.executable, "-c", "pass"),
    "pre-commit of code": (".git/hooks/pre-commit",),
    "post-checkout, models the same": (".git/hooks/post-checkout", "HEAD~1", "HEAD", "1"),
    "post-checkout of a file": (".git/hooks/post-checkout", "HEAD", "HEAD", "0"),
    "post-merge, models the same": (".git/hooks/post-merge", "0"),
    "post-rewrite of an amend": (".git/hooks/post-rewrite", "amend"),
    "pre-push of a branch": (".git/hooks/pre-push", "origin", "../hub.git"),
}


def build(path: Path, files: int, env: dict[str, str]) -> Path:
    """A repository with hooks, two commits of code, and a small change staged."""
    (path / "code").mkdir(parents=True)

    def run(*words: str) -> None:
        subprocess.run(words, cwd=path, env=env, check=True, capture_output=True)

    run("git", "init", "--quiet")
    run("dvc", "init", "--quiet")
    for number in range(files):
        (path / "code" / f"{number}.py").write_text(f"x = {number}\n")
    (path / "dvc.lock").write_text("schema: '2.0'\n")
    for text in ("one", "two", "three"):
        (path / "code" / "0.py").write_text(f"x = {text!r}\n")
        run("git", "add", "--all")
        if text != "three":
            run("git", "commit", "--quiet", "--message", text)
    run("git", "update-ref", "ORIG_HEAD", "HEAD~1")
    run("mlvc", "hooks", "install")
    return path


def times(path: Path, rounds: int, env: dict[str, str]) -> dict[str, float]:
    """Medians in seconds, of rounds in which all take their turn after one that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, words in COMMANDS.items():
            seconds = measure(words, path, env).seconds
            taken[name] += [seconds] if number else []
    return {name: median(found) for name, found in taken.items()}


def table(found: dict[str, float]) -> Iterator[str]:
    """Milliseconds, and ratios to Git and Python started once each, and to what is allowed."""
    once, allowed = found[_GIT] + found[_PYTHON], 2 * found[_GIT] + found[_PYTHON]
    yield "| | ms | of `git --version` + `python -c pass` | of what is allowed |"
    yield "|---|---:|---:|---:|"
    for name, seconds in found.items():
        yield f"| {name} | {seconds * _MS:.1f} | {seconds / once:.2f} | {seconds / allowed:.2f} |"


def main(words: Sequence[str] | None = None) -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hooks", description=__doc__)
    parser.add_argument("--files", type=int, default=FILES, metavar="N")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="mlvc-bench-") as folder:
        facts, env = machine.facts(Path(folder)), environment(Path(folder, "home"))
        say(f"{options.files:,} files, {options.rounds} rounds")
        path = build(Path(folder, "project"), options.files, env)
        found = times(path, options.rounds, env)
    about = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    print(about, *table(found), sep="\n")  # noqa: T201 - the table of a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
