"""DVC's own lock, so that no `dvc` command works on the same files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlvc.artifacts.store import Store
from mlvc.workspace.lock import locked

_PATIENCE = 3.0  # seconds, as long as DVC itself waits


@contextmanager
def dvc_locked(store: Store) -> Iterator[None]:
    """Hold the lock of the project's DVC. DVC itself must not be asked to take it meanwhile.

    Raises `MlvcError` (LOCKED) where it is not to be had.
    """
    path = store.setup.lock
    if path is None:  # not flock(2), but what `core.hardlink_lock` is for
        with store.locked():
            yield
    else:
        with locked(Path(path), wait=_PATIENCE):
            yield
