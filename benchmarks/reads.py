"""How many data files a `dvc` command opens: run in its process, by Python's own audit events.

    python reads.py REPORT status

DVC hashes through `open()`, and every `open()` raises an event, in whatever thread. The number of
files opened below an output or the cache is written to REPORT. Manifests (`.dir`) do not count:
they are read to know the names.
"""

import os
import sys
from pathlib import Path

from dvc.cli import main

_opened: set[str] = set()
_HERE = Path.cwd()
_DATA = tuple(str(_HERE / name) for name in ("model", ".dvc/cache/files"))


def _notice(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and isinstance(args[0], str | bytes):
        path = os.path.join(_HERE, os.fsdecode(args[0]))  # noqa: PTH118 - for every open
        if path.startswith(_DATA) and not path.endswith(".dir"):
            _opened.add(path)


if __name__ == "__main__":
    sys.addaudithook(_notice)
    _code = main(sys.argv[2:])
    Path(sys.argv[1]).write_text(f"{len(_opened)}\n", encoding="utf-8")
    sys.exit(_code)
