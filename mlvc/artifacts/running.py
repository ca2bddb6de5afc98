"""Running stages of worktrees through `dvc repro`, one process group per run."""

import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mlvc.artifacts.loaded import Loaded

_GRACE = 5.0
_AFRESH = ("--force", "--no-run-cache")


@dataclass(eq=False)
class Process:
    """A run of stages. `log` is where all that it prints is, `status` None until it has ended.

    The status is DVC's exit code, or less than 0 the signal that killed it.
    """

    number: int
    log: Path
    pid: int = 0
    status: int | None = None

    @property
    def tail(self) -> str:
        """The last lines that it printed."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(lines[-8:])


class Runner:
    """Runs stages. DVC is loaded once, by a process that forks for each run.

    `env` is what stages get. `home` is a folder for what is of no use later.
    """

    def __init__(self, home: Path, env: Mapping[str, str]) -> None:
        self._home, self._env = home, {**env, "DVC_NO_ANALYTICS": "1"}
        self._dvc: Loaded | None = None
        self._begun: dict[int, Process] = {}
        self._ended: deque[Process] = deque()
        self._count = 0

    def warm_up(self) -> Loaded:
        """Have DVC loaded, where it is not yet."""
        self._dvc = self._dvc or Loaded(self._home, self._env)
        return self._dvc

    def close(self) -> None:
        """End all that runs."""
        for process in self._begun.values():
            _signal(process.pid, signal.SIGKILL)
        if self._dvc is not None:
            self._dvc.end(idle=not self._begun)
        self._dvc = None

    @contextmanager
    def begun(
        self,
        worktree: Path,
        stages: Sequence[str],
        log: Path,
        *,
        afresh: bool = True,
        commit: bool = True,
    ) -> Iterator[Process]:
        """Run `stages` one after the other, each by itself, although nothing may have changed.

        Gives the process to wait for. Its whole group is ended with the body, and when this process
        is killed. With `afresh` DVC's run cache is not asked, and all is run. Without `commit` the
        outputs stay where they are, and DVC's cache gets none of them.
        """
        flags = [*(_AFRESH if afresh else ()), *(() if commit else ["--no-commit"])]
        words = ["repro", "--single-item", *flags, "--", *stages]
        process = self._begin(words, worktree, log)
        try:
            yield process
        finally:
            self._end(process)

    def ended(self, timeout: float | None = None) -> Process | None:
        """The next run to end; None where none has after `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self._ended:
            if not self._listen(until):
                return None
        return self._ended.popleft()

    def _begin(self, words: list[str], worktree: Path, log: Path) -> Process:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        dvc = self.warm_up()
        self._count += 1
        process = self._begun[self._count] = Process(self._count, log)
        # DVC's databases go with the worktree.
        env = {**self._env, "DVC_SITE_CACHE_DIR": str(worktree / ".dvc" / "tmp" / "site")}
        dvc.ask({"number": process.number, "words": words, "cwd": str(worktree), "log": str(log),
                 "env": env})  # fmt: skip
        while not process.pid and process.status is None:
            self._listen(None)
        return process

    def _listen(self, until: float | None) -> bool:
        """Take in what is told next; False where nothing was before `until`."""
        told = self.warm_up().hear(until)
        if told is None:
            self._lost()
            return True
        for what in told:
            process = self._begun[what["number"]]
            if "pid" in what:
                process.pid = what["pid"]
            else:
                self._over(process, what["status"])
        return bool(told)

    def _await(self, process: Process, until: float | None) -> None:
        while process.status is None:
            if not self._listen(until):
                return

    def _lost(self) -> None:
        """DVC's process was killed: so is all that it ran. The next run has another one."""
        begun, said = list(self._begun.values()), self.warm_up().log.read_bytes()
        self.close()
        for process in begun:
            with process.log.open("ab") as log:
                log.write(said)
            self._over(process, -signal.SIGKILL)

    def _over(self, process: Process, status: int) -> None:
        process.status = status
        del self._begun[process.number]
        self._ended.append(process)

    def _end(self, process: Process) -> None:
        """End what is left of the group, also what a stage started and left behind."""
        if process.status is None:
            _signal(process.pid, signal.SIGTERM)
            self._await(process, time.monotonic() + _GRACE)
        _signal(process.pid, signal.SIGKILL)
        self._await(process, None)
        with suppress(ValueError):
            self._ended.remove(process)


def _signal(group: int, number: signal.Signals) -> None:
    if group:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
