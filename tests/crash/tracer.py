"""Runs a function in a child, and stops it and all it starts before each change of a folder."""

import os
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash import paths as names
from tests.crash import ptrace, syscalls
from tests.crash.syscalls import Syscall

_WALL = 0x40000000
GO, KILL, SKIP = 0, -1, -2


@dataclass(frozen=True)
class Call:
    """A system call that is about to be made, the `index`-th below `root`; paths are relative."""

    index: int
    pid: int
    syscall: Syscall
    paths: tuple[str, ...]
    leader: int = 0

    def interrupt(self, number: int) -> None:
        """Send a signal to the process that the run began with."""
        os.kill(self.leader, number)

    def __str__(self) -> str:
        return f"{self.syscall.name} {' '.join(self.paths)}"


Visit = Callable[[Call], int]
"""What to do with a call: GO lets it be, an errno fails it, SKIP only says that it was done,
KILL ends the whole tree."""


@dataclass
class Tracer:
    """One traced run. `strangers` is told of the ends of children that are not its own.

    Only one traced call is under way at a time: threads and processes that come to another one
    wait, so `visit` sees a filesystem that nobody of them is changing.
    """

    root: Path
    visit: Visit
    stranger: Callable[[int, int], None] = lambda _pid, _status: None
    count: int = 0
    _known: set[int] = field(default_factory=set)
    _waiting: deque[int] = field(default_factory=deque)
    _busy: int = 0
    _failing: int = 0
    _leader: int = 0
    _killed: bool = False

    def run(self, act: Callable[[], int]) -> int:
        """The exit code of `act` in a child, negative for the signal that ended it."""
        child = os.fork()
        if child == 0:
            _be_traced(act)
        os.waitpid(child, 0)
        ptrace.adopt(child)
        self._known.add(child)
        self._leader = child
        ptrace.go(child)
        ended = 0
        while self._known:
            pid, status = os.waitpid(-1, _WALL)
            if pid not in self._known and not os.WIFSTOPPED(status):
                self.stranger(pid, status)
            elif os.WIFSTOPPED(status):
                self._stopped(pid, status)
            else:
                ended = os.waitstatus_to_exitcode(status) if pid == child else ended
                self._gone(pid)
        return ended

    def _stopped(self, pid: int, status: int) -> None:
        number, event = os.WSTOPSIG(status), status >> 16
        if self._killed:
            self._end(pid)  # a child that its parent had just started
        elif event == ptrace.EVENT_SECCOMP:
            self._waiting.append(pid)
            self._next()
        elif number == ptrace.SYSCALL_STOP:
            self._done(pid)
        elif event or pid not in self._known:
            ptrace.go(pid)
        else:
            ptrace.go(pid, number)
        self._known.add(pid)

    def _gone(self, pid: int) -> None:
        self._known.discard(pid)
        with suppress(ValueError):
            self._waiting.remove(pid)
        if self._busy == pid:
            self._busy = 0
            self._next()

    def _done(self, pid: int) -> None:
        if pid == self._busy:
            if self._failing:
                ptrace.Registers(pid).answer(max(self._failing, 0))
            self._busy = self._failing = 0
        ptrace.go(pid)
        self._next()

    def _next(self) -> None:
        while self._waiting and not self._busy:
            pid = self._waiting.popleft()
            with suppress(ProcessLookupError):
                self._meet(pid)

    def _meet(self, pid: int) -> None:
        registers = ptrace.Registers(pid)
        call = self._call(registers)
        if call is None or self._killed:
            ptrace.go(pid)
            return
        self.count += 1
        wanted = self.visit(call)
        if wanted == KILL:
            self._kill()
            return
        self._busy, self._failing = pid, wanted
        if wanted:
            registers.skip()
        ptrace.finish_call(pid)

    def _kill(self) -> None:
        self._killed = True
        for pid in self._known:
            self._end(pid)

    def _end(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _call(self, registers: ptrace.Registers) -> Call | None:
        syscall = syscalls.BY_NUMBER[registers.number]
        found = [self._inside(path) for path in names.named(registers, syscall)]
        paths = tuple(path for path in found if path is not None)
        if not paths and syscall.name != "sync":
            return None
        return Call(self.count, registers.pid, syscall, paths, self._leader)

    def _inside(self, path: str) -> str | None:
        path = os.path.normpath(path)
        root = str(self.root)
        if path == root:
            return "."
        return path.removeprefix(root + "/") if path.startswith(root + "/") else None


def _be_traced(act: Callable[[], int]) -> None:
    code = 99
    try:
        ptrace.begin()
        code = act()
    finally:
        os._exit(code)
