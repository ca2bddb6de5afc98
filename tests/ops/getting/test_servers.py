"""`mlvc get` over the network: Git's own protocol, and HTTP for DVC's objects."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mlvc.errors import Exit
from mlvc.ops.which import which_elsewhere
from tests.ops.getting.conftest import Published


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(published: Published) -> Iterator[str]:
    """The address of the store, which the default branch names from now on."""
    handler = partial(_Quiet, directory=str(published.store))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        one = published.one
        one.dvc("remote", "modify", "storage", "url", address)
        one.commit("Objects are served now")
        one.git("push", "--quiet", "origin", "main")
        yield address
        server.shutdown()
        thread.join()


@contextmanager
def daemon(folder: Path) -> Iterator[str]:
    """`git daemon` for the repositories in a folder; their address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ("git", "daemon", "--export-all", "--listen=127.0.0.1", f"--port={port}")
    with subprocess.Popen(
        [*command, f"--base-path={folder}", "--verbose", str(folder)],
        stderr=subprocess.PIPE,
        process_group=0,
    ) as process:
        assert process.stderr
        process.stderr.readline()  # it says so when it is ready
        try:
            yield f"git://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.usefixtures("web")
@pytest.mark.parametrize("filters", ["true", "false"])
def test_a_release_older_than_its_remote_comes_from_there(
    published: Published, filters: str
) -> None:
    published.hub.git("config", "uploadpack.allowFilter", filters)
    with daemon(published.path) as address:
        # In a process of its own, since DVC leaves sessions with HTTP servers open.
        got = published.call("get", "production", "--repo", f"{address}/hub.git")
        found = which_elsewhere(f"{address}/hub.git", "model.bin", published.desk)
    assert got.out.startswith("Got: model@v0.1.0"), got
    assert [release.name for release in found.releases] == ["model@v0.1.0"]


@pytest.mark.usefixtures("web")
def test_what_a_server_does_not_have_or_not_intact_leaves_nothing(published: Published) -> None:
    (bad,) = published.objects("cutoff 49.5")
    bad.chmod(0o644)
    bad.write_text("cutoff 0\n")
    hub = str(published.hub.path)
    assert published.call("get", "v0.1.0", "--repo", hub).code == Exit.CORRUPT
    bad.unlink()
    assert published.call("get", "v0.1.0", "--repo", hub).code == Exit.MISSING
    assert published.there == []


def test_a_remote_relative_to_a_clone_says_what_to_do(published: Published) -> None:
    with daemon(published.path) as address:
        refusal = published.refused("v0.1.0", Exit.MISSING, repo=f"{address}/hub.git")
    assert "DVC remote 'storage'" in refusal.message
    assert "is relative to a clone" in refusal.message
    assert "dvc remote add --global storage URL" in refusal.hint
