"""Real remotes of DVC's: servers of S3, Google Cloud Storage and SSH, and a proxy that breaks them.

Fixture `cloud` of tests/ops/sharing/conftest.py is each of them in turn, started once.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Self
from urllib.request import Request, urlopen

from tests.project import PYTHON, Project

KEY, SECRET = "AKIAEXAMPLE12345", "secret-of-a-test"
_LONGEST = 60  # seconds until a server listens


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(command: tuple[str, ...], port: int, cwd: Path) -> Iterator[int]:
    """Run a server that will listen on `port`; yields that port."""
    with (cwd / f"{port}.log").open("wb") as log:
        # Not measured by coverage.
        env = {**os.environ, "COVERAGE_PROCESS_CONFIG": ""}
        server = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log, env=env)
    try:
        _await(server, port)
        yield port
    finally:
        server.kill()
        server.wait()


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _LONGEST
    while server.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"{server.args!r} does not listen")


@dataclass
class Proxy:
    """A proxy of TCP in front of port `to`: it can cut, and answer in the server's place.

    `limit` is how many bytes come through before each connection is cut, for both directions
    together and all connections; None is all. Of what is sent there, only the first `spared` that
    begin with `method` go on, where there is an `answer` to give to the others. With port 0 there
    is nothing behind it, and all are answered.
    """

    to: int
    limit: int | None = None
    method: bytes = b""
    answer: bytes = b""
    spared: int = 0
    passed: int = 0
    port: int = 0
    _lock: Lock = field(default_factory=Lock)
    _socket: socket.socket | None = None

    def mended(self) -> None:
        """Let everything through from now on."""
        self.limit, self.answer, self.passed = None, b"", 0

    def refuse(self, method: bytes, answer: bytes, spared: int = 0) -> None:
        """Answer requests of a method in the server's place, after the first `spared`."""
        self.method, self.answer, self.spared = method, answer, spared

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._socket.getsockname()[1])
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._socket
        self._socket.shutdown(socket.SHUT_RDWR)  # or `accept` would go on
        self._socket.close()

    def _serve(self) -> None:
        assert self._socket
        with suppress(OSError):
            while True:
                near, _ = self._socket.accept()
                serve = self._connect if self.to else self._alone
                Thread(target=serve, args=(near,), daemon=True).start()

    def _alone(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            near.recv(65536)
            near.sendall(self.answer)

    def _connect(self, near: socket.socket) -> None:
        at = ("127.0.0.1", self.to)
        with near, suppress(OSError), socket.create_connection(at) as far:
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far, asking=True)
            back.join()

    def _pump(self, source: socket.socket, to: socket.socket, *, asking: bool = False) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                if asking and self.answer and chunk.startswith(self.method):
                    self.spared -= 1
                    if self.spared < 0:
                        source.sendall(self.answer)
                        break
                taken = self._taken(len(chunk))
                to.sendall(chunk[:taken])
                if taken < len(chunk):
                    break
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _taken(self, size: int) -> int:
        """How many of the next bytes still come through."""
        with self._lock:
            left = size if self.limit is None else max(0, self.limit - self.passed)
            taken = min(size, left)
            self.passed += taken
            return taken


def answer(status: str, body: str = "", kind: str = "application/xml") -> bytes:
    """An answer over HTTP, after which the connection is closed."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


def s3_error(status: str, code: str) -> bytes:
    """An answer as S3 gives it."""
    xml = f"<Error><Code>{code}</Code><Message>{code} of this bucket</Message></Error>"
    return answer(status, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')


def gs_error(status: str, reason: str) -> bytes:
    """An answer as Google Cloud Storage gives it."""
    code, said = int(status[:3]), f"The {reason} of this project"
    body = {"error": {"code": code, "message": said, "errors": [{"reason": reason}]}}
    return answer(status, json.dumps(body), "application/json")


@dataclass(frozen=True)
class Cloud:
    """A server of one `kind` behind a proxy; `root` is a place there that is a test's own."""

    kind: str
    proxy: Proxy
    root: str

    def configure(self, project: Project, **options: str) -> None:
        """Make it a project's default remote, `cloud`; `options` of DVC's beside the usual ones."""
        lines = [f"    {name} = {value}" for name, value in {**self._options(), **options}.items()]
        text = "\n".join(["[core]", "    remote = cloud", "['remote \"cloud\"']", *lines])
        project.write(".dvc/config.local", f"{text}\n")

    def _options(self) -> dict[str, str]:
        at = f"http://127.0.0.1:{self.proxy.port}"
        if self.kind == "s3":
            keys = {"access_key_id": KEY, "secret_access_key": SECRET, "region": "us-east-1"}
            return {"url": f"s3://bucket/{self.root}", "endpointurl": at, **keys}
        if self.kind == "gs":
            anyone = {"allow_anonymous_login": "true"}
            return {"url": f"gs://bucket/{self.root}", "endpointurl": at, **anyone}
        if self.kind == "http":
            return {"url": f"{at}/{self.root}"}
        return {"url": f"ssh://ada@127.0.0.1:{self.proxy.port}{self.root}", "password": SECRET}


@contextmanager
def cloud(kind: str, folder: Path) -> Iterator[int]:
    """Start a server of a kind, with a bucket; its port. What it keeps is in memory or `folder`."""
    port = free_port()
    commands = {
        "s3": ("-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)),
        "gs": (
            *("-m", "gcp_storage_emulator", "start", "-q", "-M", "-H", "127.0.0.1"),
            *("--port", str(port), "--default-bucket", "bucket"),
        ),
        "ssh": (str(Path(__file__).with_name("ssh_server.py")), str(port), SECRET),
    }
    with served((PYTHON, *commands[kind]), port, folder):
        if kind == "s3":
            urlopen(Request(f"http://127.0.0.1:{port}/bucket", method="PUT")).close()
        yield port
