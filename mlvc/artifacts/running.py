"""Running stages of a worktree through `dvc repro`, one process group per run."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_GRACE = 5.0


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


def repro(
    worktree: Path, stages: Sequence[str], log: Path, env: Mapping[str, str], *, again: bool
) -> Run:
    """Run `stages`, each by itself; `again` runs them although nothing has changed.

    The stages' whole process group is ended when this process is interrupted.
    """
    flags = ["--force", "--no-run-cache"] if again else []
    # -I: the worktree may hold its own dvc/ or json.py.
    command = [sys.executable, "-I", "-m", "dvc", "repro", "--single-item", *flags, *stages]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            cwd=worktree,
            env={**env, "DVC_NO_ANALYTICS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return Run(child.wait(), log)
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End what is left of the group, also what a stage started and left behind."""
    if child.poll() is None:
        _signal(child.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)
    _signal(child.pid, signal.SIGKILL)
    child.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
