"""A file that says that someone is at work, and stays where he was killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.workspace.durable import sync_folder


@contextmanager
def marked(path: Path) -> Iterator[None]:
    """Have the file `path` while the block runs; it is left after all but an orderly end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    os.close(descriptor)
    sync_folder(path.parent)
    try:
        yield
    except MlvcError:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
