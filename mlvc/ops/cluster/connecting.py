"""Connecting to a Dask scheduler whose machines are as this one is."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from mlvc.errors import Exit, MlvcError
from mlvc.ops.cluster.messages import edition
from mlvc.ops.cluster.scheduler import Scheduler

CONNECT = 10.0
"""Seconds in which a scheduler must answer, and have a worker."""
_LOUD = ("distributed", "distributed.client", "tornado.application")


@contextmanager
def connected(address: str) -> Iterator[Scheduler]:
    """A scheduler, all of whose workers are as this one is.

    What is under way there is ended with the body. Raises `MlvcError`.
    """
    # Its remarks on versions and on Python are not the user's; mlvc compares what counts.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        make = _dask()
        with _hushed():
            client = _client(make, address)
    with _hushed():
        try:
            _refuse_others(address, client)
            yield Scheduler(address, client)
        finally:
            # It may be gone; then nothing is under way any more.
            with suppress(Exception):
                client.close(timeout=CONNECT)


def _dask() -> Any:
    try:
        from distributed import Client
    except ModuleNotFoundError as missing:
        raise MlvcError(
            f"--cluster needs Dask, which is not installed here ({missing.name} is missing)",
            "Install it: `pip install 'mlvc[cluster]'`.",
        ) from missing
    return Client


def _client(make: Any, address: str) -> Any:
    try:
        return _begun(make, address)
    except ValueError as error:
        raise MlvcError(
            f"{address!r} is no address of a Dask scheduler",
            "Such as tcp://10.0.0.5:8786; `dask scheduler` prints it.",
            Exit.USAGE,
        ) from error
    except TypeError as error:  # what Dask says of TLS without certificates
        raise MlvcError(
            f"Dask has no certificates here to speak to {address}",
            "Name them in its configuration, below distributed.comm.tls: docs/cluster.md.",
        ) from error
    except OSError as error:
        raise MlvcError(
            f"no Dask scheduler answers at {address}: {_why(error)}",
            "Start it with `dask scheduler`, or mend the address.",
        ) from error


def _begun(make: Any, address: str) -> Any:
    """A client that is connected. Raises OSError when time is up."""
    client, ended = make.__new__(make), SimpleQueue[Exception | None]()

    def begin() -> None:
        try:
            client.__init__(address, timeout=CONNECT, set_as_default=False)
            ended.put(None)
        except Exception as error:  # noqa: BLE001 - raised below
            ended.put(error)

    # In a thread, since Dask waits for ever for someone who speaks another language.
    Thread(target=begin, daemon=True).start()
    try:
        error = ended.get(timeout=CONNECT + 2)
    except Empty:
        error = OSError()
    if error is not None:
        # Or it would close, when it is deleted, what never was open, and wait for that.
        client.status = "closed"
        raise error
    return client


def _why(error: BaseException | None) -> str:
    """What the system said, below all that Dask made of it."""
    said = f"nothing that makes sense within {CONNECT:g} seconds"
    while error is not None:
        said = getattr(error, "strerror", None) or said
        error = error.__cause__ or error.__context__
    return said


def _refuse_others(address: str, client: Any) -> None:
    """Refuse a scheduler without workers, or with other versions than here."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
    except TimeoutError as none:
        raise MlvcError(
            f"the Dask scheduler at {address} has no workers",
            f"Start some: `dask worker {address} --nthreads 1`.",
        ) from none
    found = client.get_versions(packages=["mlvc"])
    whose = {f"worker {name}": it for name, it in found["workers"].items()}
    for name, it in {"the scheduler": found["scheduler"], **whose}.items():
        packages = it["packages"]
        python = ".".join(packages["python"].split(".")[:2])
        has = f"mlvc {packages['mlvc']} on Python {python}"
        if has != edition():
            raise MlvcError(
                f"{name} has {has.replace('mlvc None', 'no mlvc')}, and here is {edition()}",
                "Install the same on all machines of the cluster, and on its scheduler.",
            )


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep Dask's log off the terminal; what matters reaches us as exceptions."""
    loggers = [logging.getLogger(name) for name in _LOUD]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
