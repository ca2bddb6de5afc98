"""Dask's side of it: requests that are under way at a scheduler, and what is heard from there."""

import secrets
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from mlvc.errors import MlvcError
from mlvc.ops.cluster import worker
from mlvc.ops.cluster.messages import Request


@dataclass(frozen=True)
class Started:
    """A worker begins with a request; again, where the one before was lost."""

    id: str
    worker: str


@dataclass(frozen=True)
class Ended:
    """A request has ended: with what `perform` returned, or with what went wrong."""

    id: str
    reply: object = None
    error: Exception | None = None


class Scheduler:
    """Requests that are under way at a scheduler."""

    def __init__(self, address: str, client: Any) -> None:
        self.topic = f"mlvc-{secrets.token_hex(8)}"
        self._address, self._client = address, client
        self._futures: dict[str, Any] = {}
        self._news: SimpleQueue[Started | Ended] = SimpleQueue()
        client.subscribe_topic(self.topic, lambda event: self._news.put(Started(**event[1])))

    def submit(self, request: Request) -> None:
        """Have it carried out by whichever worker is free; Dask starts it anew if that dies."""
        number, data = request.id, request.to_json()
        with self._reaching() as client:
            future = client.submit(worker.perform, data, key=f"mlvc-{number}", pure=False)
        self._futures[number] = future
        # In a thread of its own: where the worker dies before the answer is here, it takes long.
        future.add_done_callback(
            lambda future: Thread(target=self._bring, args=(number, future), daemon=True).start()
        )

    def _bring(self, number: str, future: Any) -> None:
        try:
            self._news.put(Ended(number, reply=future.result()))
        except Exception as error:  # noqa: BLE001 - whatever a worker may raise
            self._news.put(Ended(number, error=error))

    def forget(self, number: str) -> None:
        """Free what a request holds over there; where it is under way, it is ended."""
        with self._reaching() as client:
            client.cancel([self._futures.pop(number)], force=True)

    def news(self, wait: float) -> Started | Ended | None:
        """What has happened to one of the requests, None where nothing has in so many seconds.

        Raises `MlvcError` where the scheduler has gone.
        """
        with suppress(Empty):
            found = self._news.get(timeout=wait)
            if found.id not in self._futures:  # one that was given up
                return None
            if isinstance(found, Ended) and isinstance(found.error, CancelledError):
                raise self._gone()
            return found
        return None

    def workers(self) -> int:
        """How many there are. Raises `MlvcError` where the scheduler has gone."""
        with self._reaching() as client:
            return len(client.nthreads())

    @contextmanager
    def _reaching(self) -> Iterator[Any]:
        try:
            yield self._client
        except Exception as error:  # a client that lost its scheduler raises this and that
            raise self._gone() from error

    def _gone(self) -> MlvcError:
        return MlvcError(
            f"the Dask scheduler at {self._address} has gone",
            "What had ended is recorded. Start it and its workers again, then run this again.",
        )
