"""Clones of a worker: just what is needed, again and again."""

from pathlib import Path

import pytest

from mlvc.registry.clones import bring
from mlvc.registry.git import GitFailed
from tests.project import Project


def test_a_clone_has_the_commits_and_is_taken_further(
    two_releases: Project, tmp_path: Path
) -> None:
    clone, url = Project(tmp_path / "a clone"), f"file://{two_releases.path}"
    old, new = (two_releases.git("rev-parse", f"model@v{v}^{{commit}}") for v in ("0.1.0", "0.2.0"))
    bring(clone.path, url, [old], old)
    assert clone.git("rev-parse", "HEAD") == old
    assert clone.git("cat-file", "-t", new, check=False) == ""
    # A git that was killed, and a stage that wrote where it has no business.
    (clone.path / ".git/index.lock").touch()
    clone.write("params.yaml", "changed: 1\n")
    bring(clone.path, url, [old], new)
    assert clone.git("rev-parse", "HEAD") == new
    assert clone.git("status", "--porcelain") == ""
    # What is there is not asked for again.
    bring(clone.path, "file:///nowhere", [new], old)
    with pytest.raises(GitFailed):
        bring(clone.path, "file:///nowhere", ["0" * 40], old)


def test_a_server_that_gives_no_commit_by_its_id_is_asked_for_all(
    two_releases: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = two_releases.git("rev-parse", "HEAD~1")
    for name, value in (("COUNT", "1"), ("KEY_0", "protocol.version"), ("VALUE_0", "0")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    bring(tmp_path / "clone", f"file://{two_releases.path}", [old], old)
    assert Project(tmp_path / "clone").git("rev-parse", "HEAD") == old
