"""A cluster on one machine whose parts share no folder: they meet on ports of loopback only."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Self

from tests.project import PYTHON, Project, run
from tests.surroundings import surroundings

# Or each would listen for browsers on a fixed port.
QUIET = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
# A stage says that it is there, and goes on when it is told to; where nobody listens, at once.
RINGING = """\
import os, socket
if "BELL" in os.environ:
    print("waiting", flush=True)
    with socket.create_connection(("127.0.0.1", int(os.environ["BELL"]))) as bell:
        bell.sendall(f"{os.getpid()}\\n".encode())
        if not bell.recv(1):
            raise SystemExit("nobody says go on")
"""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether someone answers there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Bell:
    """What stages ring that are to be caught in the middle: while it is shut, they wait."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._rang: SimpleQueue[int] = SimpleQueue()
        self._waiting: list[socket.socket] = []
        self._is_open = False
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                ringing, _ = self._socket.accept()
                self._waiting.append(ringing)
                self._rang.put(int(ringing.recv(99)))
                if self._is_open:
                    self.open()

    def caller(self) -> int:
        """The process id of the next stage that rings."""
        return self._rang.get(timeout=120)

    def open(self) -> None:
        """Let those go on that wait, and all that ring from now on."""
        self._is_open = True
        while self._waiting:
            one = self._waiting.pop()
            with suppress(OSError), one:
                one.sendall(b"!")

    def shut(self) -> None:
        """Let nobody go on; who still waits is told that it is over."""
        self._is_open = False
        while self._waiting:
            self._waiting.pop().close()
        while not self._rang.empty():
            self._rang.get()

    def close(self) -> None:
        """Nobody is there any more."""
        self.shut()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Machines:
    """Processes with a home, a temporary folder and a working directory of their own each."""

    def __init__(self, folder: Path, bell: Bell) -> None:
        self._folder, self._bell = folder, bell
        self._running = ExitStack()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self.port = free_port()

    @property
    def address(self) -> str:
        """That of the scheduler."""
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, name: str, *words: str | Path, **settings: str) -> "subprocess.Popen[bytes]":
        """A process in a process group of its own, which is killed in the end."""
        home = self._folder / name
        (home / "tmp").mkdir(parents=True)
        own = {**surroundings(home), "TMPDIR": str(home / "tmp"), "BELL": str(self._bell.port)}
        with (home / "log").open("wb") as log:
            child = subprocess.Popen(
                [str(word) for word in words],
                cwd=home,
                env={**os.environ, **own, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.callback(kill, child)
        self._children[name] = child
        return child

    def pid(self, name: str) -> int:
        """The process id of one of them, and of its group."""
        return self._children[name].pid

    def scheduler(self, failures: int = 3) -> "subprocess.Popen[bytes]":
        """The scheduler, which answers already, and gives up a task that killed more workers."""
        words = ("--host", "127.0.0.1", "--port", str(self.port), *QUIET)
        setting = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures)}
        child = self.start("scheduler", PYTHON, "-m", "dask", "scheduler", *words, **setting)
        until(lambda: listens(self.port))
        return child

    def worker(self, name: str, *words: str) -> "subprocess.Popen[bytes]":
        """One that runs one evaluation at once, with its nanny; the scheduler knows of it."""
        one = ("--nworkers", "1", "--nthreads", "1", "--host", "127.0.0.1", *QUIET)
        child = self.start(name, PYTHON, "-m", "dask", "worker", self.address, *one, *words)
        until(lambda: "Registered to:" in self.log(name))
        return child

    def log(self, name: str) -> str:
        """What one of them has printed."""
        return (self._folder / name / "log").read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()


def kill(child: "subprocess.Popen[bytes]") -> None:
    """Kill a process and all of its group, at once."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def publish(project: Project, machines: Machines, folder: Path) -> None:
    """Serve what the project has: its Git repository by `git daemon`, its objects by HTTP."""
    git, http = free_port(), free_port()
    (folder / "objects").mkdir()
    project.git("remote", "add", "origin", f"git://127.0.0.1:{git}/models.git")
    project.dvc("remote", "add", "--quiet", "--default", "store", f"http://127.0.0.1:{http}")
    project.commit("Say where objects are")
    run("git", "clone", "--quiet", "--bare", project.path, folder / "git" / "models.git",
        cwd=folder)  # fmt: skip
    # HTTP servers take objects in ways of their own; this one does not at all.
    project.dvc("remote", "add", "--quiet", "--local", "behind", str(folder / "objects"))
    project.dvc("push", "--quiet", "--all-commits", "--remote", "behind")
    machines.start("http", PYTHON, "-m", "http.server", str(http), "--bind", "127.0.0.1",
                   "--directory", folder / "objects")  # fmt: skip
    machines.start("git", "git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={git}",
                   "--export-all", "--enable=receive-pack", f"--base-path={folder / 'git'}",
                   folder / "git")  # fmt: skip
    until(lambda: listens(git) and listens(http))
