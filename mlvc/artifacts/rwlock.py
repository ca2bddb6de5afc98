"""DVC's list of who reads and writes what: a kill in the midst of its writing stops every `dvc`."""

import json
import time
from pathlib import Path

_PATIENCE = 0.1  # seconds; DVC writes it in far less


def mend(root: Path) -> None:
    """Remove the list of project `root` where it is broken and stays so; DVC makes a new one."""
    path = root / ".dvc" / "tmp" / "rwlock"
    if _is_broken(path):
        time.sleep(_PATIENCE)
        if _is_broken(path):
            path.unlink(missing_ok=True)


def _is_broken(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return False
    except ValueError:
        return True
    return False
