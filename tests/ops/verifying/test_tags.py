"""`mlvc verify`: tags are as they were first seen, and signed by whom they should be."""

from pathlib import Path

import pytest

from tests.ops.verifying.finding import statuses, told, verified
from tests.project import Project, run
from tests.releases import release

OK = {"model@v0.1.0": "ok", "model@v0.2.0": "ok"}


def test_a_tag_that_moved_is_told_until_it_is_back_or_accepted(two_releases: Project) -> None:
    was = two_releases.git("rev-parse", "model@v0.1.0")
    verified(two_releases)
    two_releases.git("tag", "--force", "-a", "-m", "Moved", "model@v0.1.0", "HEAD")
    for _ in range(2):
        found = verified(two_releases, "v0.1.0", code=1)
        assert statuses(found) == {"model@v0.1.0": "moved"}
    assert told(found)[0].startswith(f"tag model@v0.1.0 has moved: it was {was[:10]}")
    hint = found["releases"][0]["findings"][0]["hint"]
    assert f"git update-ref refs/tags/model@v0.1.0 {was}" in hint
    two_releases.git("update-ref", "refs/tags/model@v0.1.0", was)
    assert statuses(verified(two_releases)) == OK
    two_releases.git("tag", "--force", "-a", "-m", "Moved", "model@v0.1.0", f"{was}^{{}}")
    assert verified(two_releases, accepted=("model@v0.1.0",))["status"] == "ok"
    assert verified(two_releases)["status"] == "ok"


def test_a_deleted_tag_is_told_until_it_is_accepted(two_releases: Project) -> None:
    verified(two_releases)
    two_releases.git("tag", "--delete", "model@v0.2.0")
    found = verified(two_releases, code=1)
    assert statuses(found) == {"model@v0.1.0": "ok"} and found["status"] == "deleted"
    assert told(found)[0].startswith("tag model@v0.2.0 was deleted")
    assert verified(two_releases, "v0.1.0")["status"] == "ok"  # it was not asked for
    assert "deleted" in two_releases.mlvc("verify").out
    verified(two_releases, accepted=("model@v0.2.0",))
    assert verified(two_releases)["status"] == "ok"
    done = two_releases.mlvc("verify", "--accept", "model@v9.0.0")
    assert done.code == 13 and "no tag 'model@v9.0.0'" in done.err


def test_moves_are_told_where_nothing_can_be_remembered(two_releases: Project) -> None:
    verified(two_releases)
    lock = two_releases.path / ".git/mlvc/seen-tags.lock"
    lock.unlink()
    lock.mkdir()
    two_releases.git("tag", "--force", "-a", "-m", "Moved", "model@v0.1.0", "HEAD")
    found = verified(two_releases, "v0.1.0", code=1)
    assert found["status"] == "moved"
    assert "tags cannot be remembered in" in found["notes"][0]


@pytest.mark.parametrize("tag", ["model#production#1", "model@v0.1.0!"])
def test_what_else_is_shared_and_moved_is_told_too(two_releases: Project, tag: str) -> None:
    two_releases.git("tag", "-a", "-m", "x", tag, "model@v0.1.0^{}")
    assert verified(two_releases)["first_seen"] == 3
    two_releases.git("tag", "--force", "-a", "-m", "x", tag, "HEAD")
    found = verified(two_releases, code=1)
    assert statuses(found) == OK
    assert told(found)[0].startswith(f"tag {tag} has moved")


def test_lightweight_and_malformed_tags_are_findings(two_releases: Project) -> None:
    two_releases.git("tag", "model@v0.3.0")
    two_releases.git("tag", "-a", "-m", "x", "model@v1.x")
    found = verified(two_releases, code=1)
    assert found["status"] == "malformed" and statuses(found) == OK
    assert told(found) == [
        "tag model@v0.3.0 is lightweight: releases are annotated tags",
        "tag model@v1.x is not MODEL@vX.Y.Z",
    ]


def test_a_release_whose_commit_is_gone_is_told(two_releases: Project) -> None:
    commit = two_releases.git("rev-parse", "model@v0.1.0^{}")
    (two_releases.path / ".git/objects" / commit[:2] / commit[2:]).unlink()
    found = verified(two_releases, code=13)
    assert statuses(found) == {"model@v0.2.0": "ok"}
    assert "model@v0.1.0 points at a commit that is missing here" in told(found)[0]


@pytest.fixture
def signed(two_releases: Project, tmp_path: Path) -> Project:
    """v0.2.1 and v0.2.2 are signed with an SSH key that is trusted here."""
    key = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=tmp_path)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"ada@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "gpg.ssh.allowedSignersFile": str(allowed),
    }.items():
        two_releases.git("config", name, value)
    release(two_releases, "--sign", "--allow-same")
    release(two_releases, "--sign", "--allow-same")
    return two_releases


def test_signatures_are_valid_absent_unchecked_or_invalid(signed: Project, tmp_path: Path) -> None:
    found = verified(signed)
    assert [row["signature"] for row in found["releases"]] == ["none", "none", "valid", "valid"]
    assert found["status"] == "ok"

    # A stranger's key.
    allowed = tmp_path / "allowed"
    allowed.write_text(allowed.read_text().replace("AAAAC3NzaC1lZDI1NTE5AAAAI", "AAAA"))
    found = verified(signed, "v0.2.1", code=1)
    assert statuses(found) == {"model@v0.2.1": "bad signature"}
    assert "is not valid" in told(found)[0]

    signed.git("config", "--unset", "gpg.ssh.allowedSignersFile")
    done = signed.mlvc("verify", "v0.2.1")
    assert done.code == 0 and "unchecked" in done.out and "allowedSignersFile" in done.err


def test_a_good_signature_under_another_name_is_invalid(signed: Project) -> None:
    newer = signed.git("rev-parse", "model@v0.2.2")
    signed.git("update-ref", "refs/tags/model@v0.9.0", newer)
    found = verified(signed, "v0.9.0", code=1)
    assert statuses(found) == {"model@v0.9.0": "bad signature"}
    assert told(found)[0].endswith("what was signed is model@v0.2.2")
