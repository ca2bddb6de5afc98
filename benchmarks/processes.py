"""Whole processes, timed from outside: what a user waits for and what the machine gives."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
_FOREIGN = ("GIT_", "DVC_", "MLVC_", "COVERAGE_", "PYTEST_", "PYTHON", "VIRTUAL_ENV")
_TAIL = 2000
_CONFIG = """\
[user]
    name = Ada Example
    email = ada@example.com
[init]
    defaultBranch = main
[commit]
    gpgSign = false
[tag]
    gpgSign = false
[gc]
    auto = 0
[advice]
    detachedHead = false
"""
# What mlvc asks of Git for its own commits, so that both pay for the same.
DURABLE = ("-c", "core.fsync=all")


class FailedError(RuntimeError):
    """A process of the benchmark that did not end well."""


class Sample(NamedTuple):
    """One run of a process with all that it starts.

    Seconds by the clock, seconds of work (user and system), and the peak memory in bytes of the
    largest of them. Work is what a busy machine hardly disturbs, but waiting for a disk is none.
    """

    seconds: float
    work: float
    peak: int


def say(text: str) -> None:
    """Tell the one who waits."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the progress of a command


def environment(home: Path) -> dict[str, str]:
    """The environment of all processes: an empty home, and nothing of the caller's settings.

    PYTHONDONTWRITEBYTECODE goes with them: everyone runs from compiled byte code.
    """
    home.mkdir(parents=True, exist_ok=True)
    config = home / ".gitconfig"
    config.write_text(_CONFIG, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return kept | {
        "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc-global"),
        "DVC_SYSTEM_CONFIG_DIR": str(home / "dvc-system"),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }


def measure(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> Sample:
    """Run a process to its end; raises `FailedError` with what it printed if it fails.

    On Linux a child's peak is at least its parent's memory at the fork, so nothing large may be
    imported where this is called.
    """
    words = [os.fspath(word) for word in command]
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(  # not `run`: its rusage is wanted
            words, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=printed, stderr=printed
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            said = printed.read()[-_TAIL:].decode(errors="replace")
            raise FailedError(f"{' '.join(words)} ended with {process.returncode}\n{said}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def output(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> str:
    """What a process prints, stripped; raises `FailedError`."""
    done = subprocess.run(
        command, cwd=cwd, env=dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FailedError(f"{command} ended with {done.returncode}\n{done.stderr[-_TAIL:]}")
    return done.stdout.strip()


def succeeds(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> bool:
    """Whether a process can be run and ends well."""
    try:
        output(command, cwd, env)
    except (FailedError, FileNotFoundError):
        return False
    return True
