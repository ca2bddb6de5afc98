"""DVC, loaded once and run in forks: loading it takes longer than what it does for most stages.

`loaded` starts this as a program and speaks to it through a socket, its standard input, in lines
of JSON. An order has the keys of `Order`; answered are `{"number": 3, "pid": 41}` when it has
begun, and `{"number": 3, "status": 0}` when it has ended: an exit code, or less than 0 a signal.
When the other end is closed, all that still runs is killed.
"""

import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypedDict

from mlvc.artifacts import patience

_SETTINGS = "[core]\n    no_scm = true\n    analytics = false\n"
_STAGE = "stages: {all: {cmd: cp in out, deps: [in], params: [key], outs: [out], metrics: [in2]}}\n"
_BUFFER = 65536


class Order(TypedDict):
    """One `dvc` to run, with these arguments in that folder; what it prints goes to `log`."""

    number: int
    words: list[str]
    cwd: str
    log: str
    env: dict[str, str]


Dvc = Callable[[list[str]], int]


class Server:
    """Does what it is asked through `link`, until that is closed."""

    def __init__(self, link: socket.socket, dvc: Dvc) -> None:
        self._link, self._dvc = link, dvc
        self._numbers: dict[int, int] = {}
        self._unread = b""

    def serve(self) -> None:
        """Take orders, and tell what has ended."""
        woken, waker = socket.socketpair()
        waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as ready:
            ready.register(woken, selectors.EVENT_READ)
            ready.register(self._link, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if key.fileobj is woken:
                        woken.recv(_BUFFER)
                        self._reap()
                    elif not self._take():
                        self._kill()
                        return

    def _take(self) -> bool:
        """Begin what is ordered; False where nobody can order any more."""
        with suppress(ConnectionError):
            if data := self._link.recv(_BUFFER):
                *lines, self._unread = (self._unread + data).split(b"\n")
                for line in lines:
                    self._begin(json.loads(line))
                return True
        return False

    def _begin(self, order: Order) -> None:
        is_led, leads = os.pipe()
        pid = os.fork()
        if not pid:
            self._run(order, leads)
        os.close(leads)
        # Its group can be ended as soon as anybody knows of it.
        os.read(is_led, 1)
        os.close(is_led)
        self._numbers[pid] = order["number"]
        self._say(number=order["number"], pid=pid)

    def _run(self, order: Order, leads: int) -> NoReturn:
        code = 1
        try:
            os.setsid()
            os.close(leads)
            self._link.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _become(order["cwd"], order["log"], order["env"])
            code = self._dvc(order["words"])
        except BaseException:  # noqa: BLE001 - whatever it is, the fork ends here, and says why
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError):
                    stream.flush()
            os._exit(code)

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                pid, status = found
                self._say(number=self._numbers.pop(pid), status=os.waitstatus_to_exitcode(status))

    def _say(self, **what: int) -> None:
        with suppress(ConnectionError):  # nobody listens: the end of orders is read next
            self._link.sendall(json.dumps(what).encode() + b"\n")

    def _kill(self) -> None:
        for pid in self._numbers:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)


def _become(cwd: str, log: str, env: Mapping[str, str]) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.close(out)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)


def rehearse(folder: Path, dvc: Dvc) -> None:
    """Have DVC run a stage in the new `folder`, so that it loads all that this takes.

    What it loads only then is half of the time of a short run. Whether it succeeds is of no matter.
    """
    files = {".dvc/config": _SETTINGS, "dvc.yaml": _STAGE, "params.yaml": "key: 1\n", "in": "",
             "in2": "{}"}  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    os.environ["DVC_SITE_CACHE_DIR"] = str(folder / ".dvc" / "tmp" / "site")
    before = Path.cwd()
    os.chdir(folder)
    dvc(["repro", "--quiet", "--force", "--no-run-cache"])
    os.chdir(before)


def _loaded() -> Dvc:
    import dvc.scm  # noqa: F401 - a rehearsal has no Git
    import tqdm
    from dvc.cli import main

    # A thread of its own that watches progress bars: a fork would not have it.
    tqdm.tqdm.monitor_interval = 0
    patience.limit()

    def run(words: list[str]) -> int:
        code: Any = main(words)
        return int(code)

    return run


def serve(folder: str) -> None:
    """Be the server; rehearse in `folder`, which is not there yet."""
    link = socket.socket(fileno=os.dup(0))
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    os.close(silence)
    run = _loaded()
    rehearse(Path(folder), run)
    with link:
        Server(link, run).serve()


if __name__ == "__main__":
    serve(sys.argv[1])
