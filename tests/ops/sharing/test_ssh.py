"""`mlvc push` and `pull` with a Git remote over SSH, where keys are wrong and lines are cut."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from tests.delivered import without_data
from tests.ops.sharing.conftest import Team
from tests.project import PYTHON, Project, run
from tests.remotes import Proxy, free_port, served

pytestmark = pytest.mark.skipif(not shutil.which("ssh"), reason="ssh is not installed")
SERVER = Path(__file__).parents[2] / "git_ssh_server.py"
CACHED = ("data/clean.csv", "model.bin", "predictions.csv")  # the other outputs are Git's


def key(path: Path) -> Path:
    """A new key, and beside it what a server knows it by."""
    made = asyncssh.generate_private_key("ssh-ed25519")
    made.write_private_key(path)
    path.chmod(0o600)
    made.write_public_key(f"{path}.pub")
    return path


def signed_in(project: Project, own: Path) -> None:
    """Let a project's git use a key, and nothing else of the user's."""
    options = ("BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no")
    words = [
        f"-o {option}" for option in (*options, "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    ]
    project.git("config", "core.sshCommand", f"ssh -F /dev/null -i {own} {' '.join(words)}")


@pytest.fixture
def wire(team: Team, tmp_path: Path) -> Iterator[Proxy]:
    """The way to the team's Git remote, which is a server of SSH."""
    own, port = key(tmp_path / "key"), free_port()
    command = (PYTHON, str(SERVER), str(port), f"{own}.pub")
    with served(command, port, tmp_path), Proxy(port) as proxy:
        url = f"ssh://ada@127.0.0.1:{proxy.port}{team.hub.path}"
        team.one.git("remote", "set-url", "origin", url)
        signed_in(team.one, own)
        yield proxy


def test_what_one_pushed_another_pulls(team: Team, wire: Proxy) -> None:
    done = team.one.mlvc("push")
    assert done.code == 0, done.err
    assert not list(without_data(team.hub, team.path / "store", CACHED))
    two = Project(team.path / "two")
    run("git", "clone", "--quiet", "--no-tags", team.hub.path, two.path, cwd=team.path)
    for name in ("remote.origin.url", "core.sshCommand"):
        two.git("config", name, team.one.git("config", name))
    pulled = two.mlvc("pull", "--data")
    assert pulled.code == 0, pulled.err
    assert two.git("tag") == team.one.git("tag") != ""


def test_a_key_that_nobody_knows_is_told_in_a_line(team: Team, wire: Proxy, tmp_path: Path) -> None:
    signed_in(team.one, key(tmp_path / "another"))
    for verb in ("push", "pull"):
        done = team.one.mlvc(verb)
        error, hint = done.err.splitlines()
        assert (done.code, done.out) == (1, "")
        assert error.startswith("error: Git remote 'origin' cannot be read: ")
        assert "Permission denied (publickey)" in error
        assert hint == "hint: See whether `git ls-remote origin` works."
    assert team.refs() == {}


def test_a_push_that_is_cut_off_names_nothing_and_a_second_completes(
    team: Team, wire: Proxy
) -> None:
    team.one.git("ls-remote", "origin")
    # Beyond the look at what is there, and the handshake of the push, in the midst of its pack.
    wire.limit = 2 * wire.passed + 3000
    wire.passed = 0
    cut = team.one.mlvc("push")
    lines = [line for line in cut.err.splitlines() if not line.startswith("asking remote")]
    assert (cut.code, len(lines)) == (1, 2), cut.err
    assert lines[0].startswith("error: Git remote 'origin' did not take the push: ")
    assert team.refs() == {}
    assert len(team.objects) > 0
    wire.mended()
    assert team.one.mlvc("push").code == 0
    assert team.tags() == team.one.git("tag").splitlines()
    assert not list(without_data(team.hub, team.path / "store", CACHED))
