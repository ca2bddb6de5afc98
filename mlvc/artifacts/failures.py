"""DVC's exceptions, turned into mlvc's one error."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlvc.artifacts.patience import limit
from mlvc.errors import Exit, MlvcError

# DVC, and what its remotes are made of: some print a traceback for each attempt.
_LOUD = ("dvc", "dvc_objects", "gcsfs", "s3fs", "aiobotocore", "asyncssh", "asyncio")


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Name what was being done when DVC raises; `doing` reads like `loading dvc.yaml`.

    Inside it DVC gives up on a database that cannot be written.
    """
    import sqlite3

    from diskcache import Timeout
    from dvc.exceptions import DvcException
    from dvc.lock import LockError

    limit()
    try:
        yield
    except LockError as error:
        raise lock_held() from error
    except (Timeout, sqlite3.Error) as error:
        raise MlvcError(
            f"{doing}: DVC cannot use its database{f': {error}' if str(error) else ''}",
            "Is the disk full, or another `dvc` at work? See `dvc config core.site_cache_dir`.",
        ) from error
    except DvcException as error:
        said = " ".join(str(error).split()) or type(error).__name__
        cause = error.__cause__
        detail = f" ({' '.join(str(cause).split())})" if cause is not None else ""
        raise MlvcError(
            f"{doing}: DVC says {said}{detail}", "`dvc status -v` shows more."
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep DVC's progress bars and warnings off the terminal; errors reach us as exceptions."""
    import logging

    levels = {name: logging.getLogger(name).level for name in _LOUD}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def lock_held() -> MlvcError:
    """The error for a project in which a DVC is at work."""
    return MlvcError(
        "another DVC process holds this project's lock",
        "Wait for it to end, then run again.",
        Exit.LOCKED,
    )
