"""A web server that is both remotes: `/hub.git` by `git http-backend`, all else files of DVC's."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

_LENGTH = "Content-Length"


class _Handler(BaseHTTPRequestHandler):
    """As simple as can be: of a body that is cut off it keeps what has arrived."""

    protocol_version = "HTTP/1.1"
    folder = Path()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self, *, with_body: bool = True) -> None:
        with suppress(OSError):
            if self.path.startswith("/hub.git/"):
                self._git()
            elif self.command == "POST":
                file = self._file()
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(self._body())
                self._say(200, b"")
            elif self._file().is_file():
                self._say(200, self._file().read_bytes(), with_body=with_body)
            else:
                self._say(404, b"", with_body=with_body)

    def _file(self) -> Path:
        return self.folder / self.path.lstrip("/")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get(_LENGTH) or 0))
        found = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _say(self, status: int, body: bytes, *, with_body: bool = True) -> None:
        self.send_response(status)
        self.send_header(_LENGTH, str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _git(self) -> None:
        path, _, query = self.path.partition("?")
        body = self._body()
        env = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "ada",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        command = ("git", "http-backend")
        said = subprocess.run(command, input=body, env=env, capture_output=True, check=False).stdout
        head, _, rest = said.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self.send_response(int(lines.pop("Status", "200").split()[0]))
        for name, value in {**lines, _LENGTH: str(len(rest))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(rest)


@contextmanager
def web_hub(folder: Path) -> Iterator[int]:
    """Serve what is in a folder; the port."""
    handler = type("Handler", (_Handler,), {"folder": folder})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
