"""The caller's side: hands out runs to workers, and tells of what they answer."""

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from mlvc.domain.evaluation import Evaluation
from mlvc.errors import Exit, MlvcError
from mlvc.ops.cluster.answers import failed, made_of
from mlvc.ops.cluster.connecting import connected
from mlvc.ops.cluster.messages import Request, Subject, edition
from mlvc.ops.cluster.origin import refuse_unpushed, remote_of, url_of
from mlvc.ops.cluster.scheduler import Ended, Scheduler, Started
from mlvc.ops.evaluation_jobs import Begun, Event, How
from mlvc.ops.evaluation_run import Run

POLL = 5.0
"""Seconds between looks whether time is up, and whether there are workers at all."""
ALONE = 60.0
"""Seconds for which there may be no worker: those that were killed are started again by then."""
GRACE = 60.0
"""Seconds beyond its time limit after which a worker that says nothing is given up."""


def evaluations(runs: Iterable[Run], how: How, address: str) -> Generator[Event, None, None]:
    """Tell of each run when a worker begins with it, and its evaluation, in whatever order.

    All that is under way is ended where the caller stops listening. Raises `MlvcError` before
    anything is begun where workers could not clone what they need, and where they are lost.
    """
    waiting = deque(runs)
    url = _clonable(list(waiting))
    with connected(address) as scheduler:
        yield from _Calls(scheduler, url, how).of(waiting)


def _clonable(runs: list[Run]) -> str:
    """Where workers find all that these runs need."""
    project = runs[0].project
    if any(run.by.dirty for run in runs):
        raise MlvcError(
            "uncommitted changes do not reach the workers of a cluster",
            "Commit and push them, or leave out --cluster.",
            Exit.USAGE,
        )
    remote = remote_of(project)
    url = url_of(project, remote)
    needed = {one.commit: one.label for run in runs for one in (run.base, run.target)}
    refuse_unpushed(project, remote, {**needed, project.repo.head: "HEAD"})
    return url


@dataclass
class _Call:
    """A run that is handed out, and to whom; `began` and `until` are set when that one begins."""

    run: Run
    worker: str = ""
    began: float = 0.0
    until: float | None = None


class _Calls:
    """The runs that are handed out."""

    def __init__(self, scheduler: Scheduler, url: str, how: How) -> None:
        self._scheduler, self._url, self._how = scheduler, url, how
        self._active: dict[str, _Call] = {}
        self._seen = time.monotonic()  # when there was a worker

    def of(self, waiting: "deque[Run]") -> Iterator[Event]:
        """What happens to these runs."""
        while waiting or self._active:
            while waiting and len(self._active) < self._how.jobs:
                run = waiting.popleft()
                self._active[run.id] = _Call(run)
                self._scheduler.submit(self._request(run))
            news = self._scheduler.news(POLL)
            if isinstance(news, Started):
                yield self._started(self._active[news.id], news.worker)
            elif isinstance(news, Ended):
                yield self._ended(news)
            else:
                self._refuse_to_wait_for_nobody()
            yield from self._late()

    def _request(self, run: Run) -> Request:
        repo = run.project.repo
        return Request(
            id=run.id,
            url=self._url,
            head=repo.head,
            prefix=repo.prefix,
            target=Subject.of(run.target),
            base=Subject.of(run.base),
            stages=run.by.stages,
            changes=run.by.changes,
            pair=run.pair,
            again=self._how.again,
            timeout=self._how.timeout,
            topic=self._scheduler.topic,
            edition=edition(),
        )

    def _started(self, call: _Call, worker: str) -> Begun:
        again = " once more, since the worker before was lost" if call.worker else ""
        where = f" on {worker}{again}"
        call.worker, call.began = worker, time.time()
        if self._how.timeout is not None:
            call.until = time.monotonic() + self._how.timeout + GRACE
        return Begun(call.run, where)

    def _ended(self, news: Ended) -> tuple[Run, Evaluation]:
        call = self._given_up(news.id)
        began = call.began or time.time()
        if news.error is not None:
            return call.run, failed(call.run, began, call.worker, news.error)
        return call.run, made_of(call.run, began, call.worker, news.reply)

    def _given_up(self, number: str) -> _Call:
        self._scheduler.forget(number)
        return self._active.pop(number)

    def _late(self) -> Iterator[tuple[Run, Evaluation]]:
        now = time.monotonic()
        for number, call in list(self._active.items()):
            if call.until is not None and now > call.until:
                silent = MlvcError(f"it did not answer within {self._how.timeout:g} seconds")
                self._given_up(number)
                yield call.run, failed(call.run, call.began, call.worker, silent)

    def _refuse_to_wait_for_nobody(self) -> None:
        if self._scheduler.workers():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > ALONE:
            raise MlvcError(
                "all workers of the cluster have gone, and none has come back",
                "What had ended is recorded. Start workers again, then run this again.",
            )
