"""DVC's list of who reads and writes what: a kill in the midst of its writing stops every `dvc`."""

import fcntl
import json
import time
from pathlib import Path

_PATIENCE = 0.1  # seconds; DVC writes it in far less


def mend(root: Path) -> None:
    """Remove the list of project `root` where it is broken and stays so; DVC makes a new one.

    A list that is being written just now is left alone.
    """
    path = _path(root)
    if not _is_broken(path):
        return
    with path.with_name("rwlock.lock").open("ab") as guard:
        try:
            # As DVC does while it writes; but not with `core.hardlink_lock`, hence the patience.
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        time.sleep(_PATIENCE)
        if _is_broken(path):
            path.unlink(missing_ok=True)


def is_used(root: Path) -> bool:
    """Whether a stage is said to be running: DVC tells then what it may do beside it."""
    try:
        return bool(_listed(_path(root)))
    except ValueError:
        return True


def _is_broken(path: Path) -> bool:
    try:
        _listed(path)
    except ValueError:
        return True
    return False


def _path(root: Path) -> Path:
    return root / ".dvc" / "tmp" / "rwlock"


def _listed(path: Path) -> object:
    """What the list says, None where there is none; ValueError where it is broken."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
