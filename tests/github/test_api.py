"""Who gets to see the token: the server that it is for, wherever that sends us."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from mlvc.github.api import Api


class Elsewhere(HTTPServer):
    """Sends on what it is asked, if it has somewhere; `tokens` is what it was shown."""

    def __init__(self, onward: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.onward, self.tokens = onward, list[str | None]()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        """Answer, or send on what has not been sent on yet."""
        self.server.tokens.append(self.headers["Authorization"])
        self.send_response(301 if self.server.onward and self.path != "/moved" else 200)
        self.send_header("Location", self.server.onward or f"{self.server.url}/moved")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(server: Elsewhere) -> Iterator[Elsewhere]:
    with server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("same", [True, False], ids=["the same server", "another server"])
def test_a_token_follows_a_redirect_to_the_same_server_alone(same: bool) -> None:
    with serving(Elsewhere()) as other, serving(Elsewhere(f"{other.url}/moved")) as github:
        if same:
            github.onward = f"{github.url}/moved"
        assert Api(github.url, "me/models", "secret").call("GET", "x") == {}
        assert github.tokens == ["Bearer secret"] * (2 if same else 1)
        assert other.tokens == ([] if same else [None])
