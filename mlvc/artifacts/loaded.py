"""A process that has DVC loaded, as the one sees it that started it: see `warm`."""

import json
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mlvc.artifacts import warm

_BUFFER = 65536


class Loaded:
    """The process. `home` is a folder for what it needs to start; `log` is where it complains."""

    def __init__(self, home: Path, env: Mapping[str, str]) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.log = home / "dvc.log"
        self._unread = b""
        self._link, theirs = socket.socketpair()
        with theirs, self.log.open("wb") as log:
            self._process = subprocess.Popen(
                # -I: the worktree may hold its own dvc/ or json.py.
                [sys.executable, "-I", "-m", warm.__name__, str(home / "rehearsal")],
                cwd=home,
                env=env,
                stdin=theirs.fileno(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ask(self, order: warm.Order) -> None:
        """Have one `dvc` run."""
        with suppress(ConnectionError):  # it is gone, which is heard next
            self._link.sendall(json.dumps(order).encode() + b"\n")

    def hear(self, until: float | None) -> list[dict[str, Any]] | None:
        """What it says next: nothing where it is silent before `until`, None where it is gone."""
        while b"\n" not in self._unread:
            left = None if until is None else max(0.0, until - time.monotonic())
            if not select.select([self._link], [], [], left)[0]:
                return []
            data = b""
            with suppress(ConnectionError):
                data = self._link.recv(_BUFFER)
            if not data:
                return None
            self._unread += data
        *lines, self._unread = self._unread.split(b"\n")
        return [json.loads(line) for line in lines]

    def end(self, *, idle: bool) -> None:
        """End it, and all that it runs; at once where it is `idle`."""
        self._link.close()
        if idle:
            self._process.kill()  # it may be loading DVC still
        self._process.wait()
