"""Running stages of a worktree through `dvc repro`, one process group per run."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mlvc.artifacts import patience

_GRACE = 5.0
# Waits for the end of its input, which comes when the process that holds the other end is gone.
_GUARD = 'read -r _; kill -s KILL -- "-$1"'


@dataclass(frozen=True)
class Run:
    """How a run ended; `log` is where all that it printed is."""

    status: int
    log: Path

    @property
    def tail(self) -> str:
        """The last lines that it printed."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(lines[-8:])


@contextmanager
def begun(
    worktree: Path, stages: Sequence[str], log: Path, env: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `stages` one after the other, each by itself, although nothing may have changed.

    Gives the process to wait for. Its whole group is ended with the body, and when this process is
    killed. DVC's run cache is not asked: an evaluation is what has run, not what is remembered.
    """
    flags = ["--single-item", "--force", "--no-run-cache"]
    # -I: the worktree may hold its own dvc/ or json.py.
    command = [sys.executable, "-I", "-m", patience.__name__, "repro", *flags, "--", *stages]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            cwd=worktree,
            env={**env, **_settings(worktree)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            with _guarded(child.pid):
                yield child
        finally:
            _end(child)


def _settings(worktree: Path) -> dict[str, str]:
    # DVC's databases go with the worktree.
    return {"DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(worktree / ".dvc" / "tmp" / "site")}


@contextmanager
def _guarded(group: int) -> Iterator[None]:
    """Have the group ended when this process is killed outright, which it cannot do itself."""
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "sh", str(group)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        guard.kill()
        guard.communicate()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End what is left of the group, also what a stage started and left behind."""
    if child.poll() is None:
        _signal(child.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)
    _signal(child.pid, signal.SIGKILL)
    child.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
