"""Where the sweep works: one temporary folder, with places whose names are of one length."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.scans import Scan, lay_out
from tests.surroundings import foreign, surroundings


@dataclass
class Places:
    """Fresh places below `base`, for repositories and their copies."""

    base: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100000))

    def fresh(self) -> Path:
        """A path that no other process has; all are of one length."""
        return self.base / "at" / f"{os.getpid():08}-{next(self._numbers)}"

    def laid_out(self, found: Scan, was: Path) -> Path:
        """A copy of what was scanned at `was`, at a place of its own."""
        root = self.fresh()
        lay_out(found, root, was)
        return root


def remove(root: Path) -> None:
    """Remove a copy, read-only objects and all."""
    assert root.parent.name == "at", f"{root} is no place of the sweep"
    shutil.rmtree(root)


@contextmanager
def places() -> Iterator[Places]:
    """A temporary folder that is home and scratch of all that runs meanwhile."""
    with tempfile.TemporaryDirectory(prefix="mlvc-crash-") as folder:
        base = Path(os.path.realpath(folder))
        for name in ("home", "scratch", "at"):
            (base / name).mkdir()
        for name in (*foreign(), *(n for n in os.environ if n.startswith("COVERAGE_"))):
            del os.environ[name]
        os.environ.update(surroundings(base / "home"))
        os.environ["TMPDIR"] = str(base / "scratch")
        tempfile.tempdir = None
        yield Places(base)
