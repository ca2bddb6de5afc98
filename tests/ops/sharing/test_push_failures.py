"""Where a push fails: one clear line, and nothing on the Git remote; the next one completes."""

from pathlib import Path

import pytest

from mlvc.errors import Exit, MlvcError
from tests.ops.sharing.conftest import Team, promote, pulled, pushed
from tests.project import Project


def failed(project: Project) -> MlvcError:
    with pytest.raises(MlvcError) as caught:
        pushed(project)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def cached(project: Project, output: str) -> Path:
    """The cache's object of an output at HEAD."""
    digest = project.git("show", "HEAD:dvc.lock").split(f"path: {output}\n")[-1]
    value = digest.split("md5: ")[1].split("\n")[0]
    return project.path / ".dvc/cache/files/md5" / value[:2] / value[2:]


def test_without_a_git_remote(team: Team) -> None:
    team.one.git("remote", "remove", "origin")
    error = failed(team.one)
    assert error.message == "there is no Git remote 'origin'"
    assert "git remote add" in error.hint


def test_without_a_dvc_remote(team: Team) -> None:
    team.one.dvc("remote", "remove", "--quiet", "storage")
    error = failed(team.one)
    assert error.message.endswith("has no DVC remote to go to")
    assert team.refs() == {}


@pytest.mark.parametrize("said", ["", "[core]\n    remote = nowhere\n"])
def test_a_rehearsal_refuses_a_dvc_remote_that_is_not_there_in_the_same_words(
    team: Team, said: str
) -> None:
    team.one.write(".dvc/config", said)
    rehearsed = team.one.mlvc("push", "--dry-run")
    assert rehearsed.code == Exit.REFUSED
    assert "DVC remote 'nowhere'" in rehearsed.err if said else "has no DVC remote" in rehearsed.err
    assert "`dvc remote add" in rehearsed.err
    assert team.one.mlvc("push") == rehearsed
    assert team.refs() == {}


def test_with_a_dvc_remote_that_keeps_versions_itself(team: Team) -> None:
    team.one.dvc("remote", "modify", "--quiet", "storage", "version_aware", "true")
    error = failed(team.one)
    assert "'storage' cannot be read: DVC says" in error.message
    assert "'mlvc' is unsupported for cloud versioned remotes" in error.message


def test_with_a_git_remote_that_cannot_be_read(team: Team) -> None:
    team.hub.path.rename(team.path / "gone")
    assert "Git remote 'origin' cannot be read" in failed(team.one).message
    assert team.objects == []


def test_a_dvc_remote_that_takes_a_part_only(team: Team) -> None:
    pushed(team.one)
    blocked = team.objects[-1].parent
    for path in team.objects:
        path.unlink()
    for ref in team.refs():
        team.hub.git("update-ref", "-d", ref)
    for ref in team.one.git("for-each-ref", "--format=%(refname)", "refs/mlvc").splitlines():
        team.one.git("update-ref", "-d", ref)
    blocked.rmdir()
    blocked.write_text("in the way")
    error = failed(team.one)
    assert "remote 'storage' does not take what is sent: " in error.message
    assert team.refs() == {}
    arrived = len(team.objects) - 1
    assert arrived > 0
    blocked.unlink()
    (store,) = pushed(team.one).objects
    assert store.objects == store.sent + arrived
    assert team.tags() == ["model@v0.1.0", "model@v0.2.0"]


def test_an_object_that_is_corrupt_here_is_not_sent(team: Team) -> None:
    path = cached(team.one, "model.bin")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[::-1])
    path.chmod(0o444)
    error = failed(team.one)
    assert error.code == Exit.CORRUPT
    assert "model.bin of model@v0.2.0 is corrupt" in error.message
    assert team.refs() == {}
    assert team.objects == []


def test_an_object_that_is_nowhere(team: Team) -> None:
    cached(team.one, "model.bin").unlink()
    error = failed(team.one)
    assert error.code == Exit.MISSING
    assert "model.bin of model@v0.2.0 is missing" in error.message
    assert team.refs() == {}


def test_an_object_that_is_on_the_remote_alone_is_enough(team: Team) -> None:
    pushed(team.one, "v0.1.0")
    two = team.clone()
    assert pulled(two).tags == ()
    two.git("tag", "--annotate", "--message", "again", "model#staging#1", "model@v0.1.0^{commit}")
    (store,) = pushed(two).objects
    assert (store.objects, store.sent) == (3, 0)


def test_two_clones_that_release_the_same_version(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    for project, said in ((team.one, "mine"), (two, "mine, too")):
        project.git("tag", "--annotate", "--message", said, "model@v0.3.0")
    pushed(team.one)
    before = team.refs(), team.objects
    error = failed(two)
    assert error.code == Exit.REFUSED
    assert error.message.startswith("tag model@v0.3.0 on 'origin' is another one than here")
    assert "git tag -d 'model@v0.3.0'" in error.hint
    assert (team.refs(), team.objects) == before


def test_a_tag_that_moved_is_neither_overwritten_nor_followed(team: Team) -> None:
    pushed(team.one)
    mine = team.one.git("rev-parse", "refs/tags/model@v0.1.0")
    team.hub.git("tag", "--force", "-a", "-m", "moved", "model@v0.1.0", "refs/heads/main")
    before = team.refs()
    promote(team.one, 1)
    done = team.one.mlvc("push")
    assert done.code == Exit.CORRUPT
    assert (
        "tag model@v0.1.0 moved on 'origin' since first seen: an attack, or a mistake" in done.err
    )
    with pytest.raises(MlvcError, match="moved on 'origin'") as caught:
        pulled(team.one)
    assert caught.value.code == Exit.CORRUPT
    assert team.refs() == before
    assert team.one.git("rev-parse", "refs/tags/model@v0.1.0") == mine


def test_a_hook_of_the_remote_that_refuses_is_quoted(team: Team) -> None:
    hook = team.hub.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho main is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    error = failed(team.one)
    assert "main is protected" in error.message
    assert "pre-receive hook declined" in error.message
    assert team.refs() == {}


def test_a_full_disk_of_the_remote_is_said_to_need_room(team: Team) -> None:
    hook = team.hub.path / "hooks" / "pre-receive"
    full = "warning: cannot tidy up\nerror: cannot write pack: No space left on device\n"
    hook.write_text(f"#!/bin/sh\nprintf '{full}' >&2\nexit 1\n")
    hook.chmod(0o755)
    error = failed(team.one)
    why = "main (pre-receive hook declined); remote: error: cannot write pack: No space left"
    assert f"did not take the push: [remote rejected] {why}" in error.message
    assert error.hint.startswith("Make room there, then push again. ")


def test_a_lock_that_a_killed_git_left_on_the_remote_is_named(team: Team) -> None:
    lock = team.hub.path / "refs/tags/model@v0.1.0.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    error = failed(team.one)
    assert error.code == Exit.LOCKED
    assert f"{lock} is there" in error.message
    assert "delete that file" in error.hint
    assert team.refs() == {}
    lock.unlink()
    assert pushed(team.one).tags == ("model@v0.1.0", "model@v0.2.0")
