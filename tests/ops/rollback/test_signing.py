"""`commit.gpgSign` holds for the commit of a rollback."""

from pathlib import Path

import pytest

from mlvc.registry import commits
from mlvc.registry.git import Git, GitFailed
from tests.ops.rollback.states import assert_whole, rolled_back, visible
from tests.project import Project, run


@pytest.fixture
def signing(released: Project, tmp_path: Path) -> Project:
    """A project whose commits are signed with an SSH key."""
    key = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=tmp_path)
    public = key.with_suffix(".pub").read_text()
    signers = tmp_path / "signers"
    signers.write_text(f"ada@example.com {public}")
    for name, value in {
        "commit.gpgSign": "true",
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "gpg.ssh.allowedSignersFile": str(signers),
    }.items():
        released.git("config", name, value)
    return released


def test_the_commit_of_a_rollback_is_signed(signing: Project) -> None:
    rolled_back(signing, "v0.1.0")
    assert signing.git("log", "-1", "--format=%G? %GS") == "G ada@example.com"
    assert_whole(signing)


def test_a_commit_that_cannot_be_stored_is_not_blamed_on_its_signature(signing: Project) -> None:
    signing.git("gc", "--quiet", "--prune=now")
    for number in range(256):  # as on a disk that takes no more objects
        signing.write(f".git/objects/{number:02x}", "")
    git, tree = Git(signing.path), signing.git("rev-parse", "HEAD^{tree}")
    with pytest.raises(GitFailed, match="git commit-tree failed") as failed:
        commits.commit_tree(git, tree, [signing.git("rev-parse", "HEAD")], "No room\n")
    assert "sign" not in f"{failed.value.message} {failed.value.hint}"


@pytest.mark.parametrize(
    ("key", "value"), [("gpg.ssh.program", "false"), ("user.signingKey", "/nowhere/key")]
)
def test_a_signer_that_fails_leaves_the_old_state(signing: Project, key: str, value: str) -> None:
    signing.git("config", key, value)
    refs, before = signing.git("for-each-ref"), visible(signing)
    done = signing.mlvc("rollback", "v0.1.0")
    assert done.code == 1, done.out
    assert "sign" in done.err and "commit.gpgSign" in done.err, done.err
    assert (signing.git("for-each-ref"), visible(signing)) == (refs, before)
    assert_whole(signing)
