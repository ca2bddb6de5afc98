"""Real remotes: S3, Google Cloud Storage and SSH; what they fail with, and that all is mended."""

import shutil
from hashlib import sha256

import pytest

from mlvc.errors import Exit
from tests.ops.rollback.test_objects import object_of
from tests.ops.sharing.conftest import Team
from tests.project import PYTHON, Answer, Project, run
from tests.releases import answer, current, state
from tests.remotes import KEY, SECRET, Cloud, Proxy, gs_error, s3_error
from tests.remotes import answer as web

pytestmark = pytest.mark.xdist_group("clouds")  # so that each server is started once
BOTH = ["model@v0.1.0", "model@v0.2.0"]


def wiped(project: Project) -> Project:
    """The project without anything in its cache."""
    shutil.rmtree(project.path / ".dvc/cache")
    return project


PUT = """\
import sys
from dvc.repo import Repo
Repo().cloud.get_remote_odb("cloud").add_bytes(sys.argv[1], bytes.fromhex(sys.argv[2]))
"""


def put(project: Project, value: str, content: bytes) -> None:
    """Put an object on the remote, whatever is there; in a process, which ends all connections."""
    env = {"GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"}
    run(PYTHON, "-c", PUT, value, content.hex(), cwd=project.path, env=env)


def failed(done: Answer, *words: str, code: Exit = Exit.MISSING) -> None:
    """That a run ended in one clear line and a hint, which tell no secret."""
    assert done.code == code, done.err
    (line,) = (line for line in done.err.splitlines() if line.startswith("error: "))
    assert all(word in line for word in words), line
    assert "hint: " in done.err or "  " in done.err, done.err
    for never in ("Traceback", SECRET, KEY, "wrong-", "Signature="):
        assert never not in done.err, done.err


def test_what_was_pushed_is_proven_and_restored_from_there(clouded: Team, cloud: Cloud) -> None:
    one = clouded.one
    assert answer(one, "push")["tags"] == BOTH
    wiped(one)
    found = answer(one, "verify", "--remote")
    assert [row["elsewhere"] for row in found["releases"]] == [3, 3]
    got = answer(one, "get", "v0.1.0", "-o", "got.bin")
    assert got["digest"] == answer(one, "show", "v0.1.0")["digest"]
    assert got["digest"] == f"sha256:{sha256((one.path / 'got.bin').read_bytes()).hexdigest()}"
    answer(wiped(one), "rollback", "v0.1.0")
    assert current(one) == BOTH[:1]
    found = answer(one, "verify", "v0.1.0", "--deep")
    assert [row["digest"] for row in found["releases"]] == ["proven"]


def test_access_that_is_denied(clouded: Team, cloud: Cloud) -> None:
    before = state(clouded.one)
    if cloud.kind == "ssh":
        cloud.configure(clouded.one, password="wrong-password")
    elif cloud.kind == "s3":
        cloud.proxy.refuse(b"", s3_error("403 Forbidden", "InvalidAccessKeyId"))
    else:
        cloud.proxy.refuse(b"", gs_error("403 Forbidden", "forbidden"))
    failed(clouded.one.mlvc("push"), "remote 'cloud' cannot be read: access is denied")
    failed(wiped(clouded.one).mlvc("rollback", "v0.1.0"), "remote 'cloud'", "access is denied")
    assert state(clouded.one) == before
    assert clouded.refs() == {}


# gcsfs tries again for half a minute.
@pytest.mark.parametrize("cloud", ["s3", "ssh"], indirect=True)
def test_a_remote_that_dies_in_the_middle(clouded: Team, cloud: Cloud) -> None:
    cloud.proxy.limit = 9000
    failed(clouded.one.mlvc("push"), "remote 'cloud'", "it does not answer as it should")
    assert clouded.refs() == {}
    cloud.proxy.mended()
    assert answer(clouded.one, "push")["tags"] == BOTH
    before = state(wiped(clouded.one))
    cloud.proxy.limit = 9000
    failed(clouded.one.mlvc("rollback", "v0.1.0"), "remote 'cloud'", "does not answer")
    assert state(clouded.one) == before
    cloud.proxy.mended()
    answer(clouded.one, "rollback", "v0.1.0")


def test_an_object_that_was_tampered_with(clouded: Team, cloud: Cloud) -> None:
    model = object_of(clouded.one, "model@v0.1.0", "model.bin")
    value, content = model.parent.name + model.name, model.read_bytes()
    answer(clouded.one, "push")
    put(clouded.one, value, content[::-1])
    before = state(wiped(clouded.one))
    failed(clouded.one.mlvc("rollback", "v0.1.0"), value, "not arrive intact", code=Exit.CORRUPT)
    assert state(clouded.one) == before


@pytest.mark.parametrize("cloud", ["s3", "gs"], indirect=True)
def test_a_remote_that_is_full(clouded: Team, cloud: Cloud) -> None:
    if cloud.kind == "s3":
        cloud.proxy.refuse(b"PUT", s3_error("403 Forbidden", "QuotaExceeded"), spared=2)
    else:
        cloud.proxy.refuse(b"POST", gs_error("403 Forbidden", "quotaExceeded"), spared=2)
    said = "remote 'cloud' does not take what is sent: it is full"
    failed(clouded.one.mlvc("push"), said)
    assert clouded.refs() == {}
    cloud.proxy.mended()
    (store,) = answer(clouded.one, "push")["objects"]
    assert 0 < store["sent"] < store["objects"]


def test_a_web_server_that_denies_access_is_not_taken_for_an_empty_one(team: Team) -> None:
    with Proxy(0, method=b"", answer=web("401 Unauthorized")) as server:
        Cloud("http", server, "place").configure(team.one)
        failed(team.one.mlvc("verify", "--remote"), "access is denied (401")
        failed(team.one.mlvc("push"), "access is denied (401")
