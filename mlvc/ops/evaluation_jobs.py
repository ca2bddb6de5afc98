"""Several evaluations at once: this process prepares and records, their stages run beside it."""

import time
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from mlvc.domain.evaluation import Evaluation
from mlvc.errors import MlvcError
from mlvc.ops.evaluation_run import Process, Run


@dataclass(frozen=True)
class How:
    """How evaluations are run: `jobs` at once, each ended after `timeout` seconds.

    `again` runs what is known already, `trust` what no local branch or release leads to.
    """

    jobs: int = 1
    timeout: float | None = None
    again: bool = False
    trust: bool = False


AS_USUAL = How()


@dataclass(frozen=True)
class _Active:
    """An evaluation whose stages are at work; `until` is when their time is up."""

    run: Run
    steps: Generator[Process, None, Evaluation]
    until: float | None


@dataclass(frozen=True)
class Begun:
    """What is told when an evaluation begins."""

    run: Run


Event = Begun | tuple[Run, Evaluation]


def evaluations(runs: Iterable[Run], how: How) -> Generator[Event, None, None]:
    """Tell of each run when it begins, and its evaluation when it has ended, in whatever order.

    All that is under way is ended where the caller stops listening.
    """
    waiting, active = deque(runs), dict[str, _Active]()
    ended: SimpleQueue[str] = SimpleQueue()
    try:
        while waiting or active:
            while waiting and len(active) < how.jobs:
                run = waiting.popleft()
                yield Begun(run)
                made = _start(run, how, active, ended)
                if made:
                    yield run, made
            if active:
                yield _ended(active, ended, how)
    finally:
        for one in active.values():
            one.steps.close()


def _start(
    run: Run, how: How, active: dict[str, _Active], ended: "SimpleQueue[str]"
) -> Evaluation | None:
    """Begin it; its evaluation where that is over already."""
    until = None if how.timeout is None else time.monotonic() + how.timeout
    # Known before it begins: an interrupt ends what is known.
    active[run.id] = _Active(run, run.evaluation(), until)
    try:
        process = next(active[run.id].steps)
    except StopIteration as stopped:
        del active[run.id]
        return _made(stopped)
    Thread(target=_await, args=(process, run.id, ended), daemon=True).start()
    return None


def _await(process: Process, number: str, ended: "SimpleQueue[str]") -> None:
    process.wait()
    ended.put(number)


def _ended(
    active: dict[str, _Active], ended: "SimpleQueue[str]", how: How
) -> tuple[Run, Evaluation]:
    """The next one to end, by itself or because its time is up."""
    while True:
        first = min(active.values(), key=lambda one: one.until or 0)
        left = None if first.until is None else max(0.0, first.until - time.monotonic())
        try:
            number = ended.get(timeout=left)
        except Empty:
            return _stopped(active.pop(first.run.id), how)
        if number in active:  # not one whose time was up
            one = active.pop(number)
            try:
                next(one.steps)
            except StopIteration as stopped:
                return one.run, _made(stopped)


def _stopped(one: _Active, how: How) -> tuple[Run, Evaluation]:
    late = MlvcError(
        f"stage {', '.join(one.run.judge.addresses)} did not end within {how.timeout:g} seconds,"
        f" and was ended (all that it printed is in {one.run.log})"
    )
    try:
        one.steps.throw(late)
    except StopIteration as stopped:
        return one.run, _made(stopped)
    raise AssertionError("unreachable: an evaluation gives one process")


def _made(stopped: StopIteration) -> Evaluation:
    made: Evaluation = stopped.value
    return made
