"""DVC's own lock, so that no `dvc` command works on the same files."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mlvc.artifacts.failures import lock_held
from mlvc.artifacts.store import Store
from mlvc.errors import Exit, MlvcError
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
        return
    with ExitStack() as held:
        try:
            held.enter_context(locked(Path(path), wait=_PATIENCE))
        except MlvcError as error:
            if error.code != Exit.LOCKED:
                raise
            raise lock_held() from error
        yield
