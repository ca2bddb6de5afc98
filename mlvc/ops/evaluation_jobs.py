"""Several evaluations at once: this process prepares and records, their stages run beside it."""

import time
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from mlvc.artifacts.running import Process
from mlvc.domain.evaluation import Evaluation
from mlvc.errors import MlvcError
from mlvc.ops.evaluation_run import Run
from mlvc.ops.workshop import Workshop


@dataclass(frozen=True)
class How:
    """How evaluations are run: `jobs` at once, each ended after `timeout` seconds.

    `again` runs what is known already, `trust` what no local branch or release leads to. `cluster`
    is the address of a Dask scheduler, whose workers run them then.
    """

    jobs: int = 1
    timeout: float | None = None
    again: bool = False
    trust: bool = False
    cluster: str | None = None


AS_USUAL = How()


@dataclass(frozen=True)
class _Active:
    """An evaluation whose stages are at work; `until` is when their time is up."""

    run: Run
    steps: Generator[Process, None, Evaluation]
    until: float | None


@dataclass(frozen=True)
class Begun:
    """What is told when an evaluation begins; `where`, if that is not here."""

    run: Run
    where: str = ""


Event = Begun | tuple[Run, Evaluation]


def evaluations(runs: Iterable[Run], how: How, shop: Workshop) -> Generator[Event, None, None]:
    """Tell of each run when it begins, and its evaluation when it has ended, in whatever order.

    All that is under way is ended where the caller stops listening.
    """
    waiting, active = deque(runs), dict[Process | None, _Active]()
    try:
        while waiting or active:
            while waiting and len(active) < how.jobs:
                run = waiting.popleft()
                yield Begun(run)
                if made := _start(run, how, active, shop):
                    yield run, made
            if active:
                yield _ended(active, how, shop)
    finally:
        for one in active.values():
            one.steps.close()


def _start(
    run: Run, how: How, active: dict[Process | None, _Active], shop: Workshop
) -> Evaluation | None:
    """Begin it; its evaluation where that is over already."""
    until = None if how.timeout is None else time.monotonic() + how.timeout
    # Known before it has a process: an interrupt ends what is known.
    one = active[None] = _Active(run, run.evaluation(shop), until)
    try:
        process = next(one.steps)
    except StopIteration as stopped:
        del active[None]
        return _made(stopped)
    active[process] = active.pop(None)
    return None


def _ended(
    active: dict[Process | None, _Active], how: How, shop: Workshop
) -> tuple[Run, Evaluation]:
    """The next one to end, by itself or because its time is up."""
    while True:
        first = min(active, key=lambda process: active[process].until or 0)
        until = active[first].until
        left = None if until is None else max(0.0, until - time.monotonic())
        process = shop.runner.ended(left)
        if process is None:
            return _stopped(active.pop(first), how)
        one = active.pop(process)
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
