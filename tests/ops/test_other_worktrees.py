"""What is taken back in one worktree is never a tag that another one has made meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops import promoting, rollback, tagging
from mlvc.ops.project import Project as Opened
from mlvc.ops.promoting import appending, returning
from mlvc.ops.recover import Recovered
from mlvc.ops.rollback import attempt
from mlvc.ops.tagging import writing
from tests.ops.promoting.agreeing import by_mlvc, promotions
from tests.project import Project


def test_a_recovery_leaves_what_another_worktree_has_promoted_since(
    two_releases: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, other = two_releases, Project(tmp_path / "other")
    assert project.mlvc("promote", "v0.2.0", "production").code == 0
    project.git("worktree", "add", "--quiet", "--detach", str(other.path))
    with monkeypatch.context() as patch:
        _kill_before_the_promotion(patch)
        with pytest.raises(KeyboardInterrupt):
            _roll_back(project)
    assert promotions(project) == ["model#production#1"]
    # The same name on the same commit.
    assert other.mlvc("promote", "v0.1.0", "production").code == 0
    done = project.mlvc("recover")
    assert done.code == 0 and "Undid the interrupted rollback" in done.out
    assert promotions(project) == ["model#production#1", "model#production#2"]
    assert by_mlvc(project) == {"model#production": "model@v0.1.0"}


def _roll_back(project: Project) -> None:
    found = Opened.find(project.path)
    request = rollback.Request("model@v0.1.0", environment="production")
    chosen = rollback.choose(found, request)
    back = promoting.going_back(found, chosen.target, request)
    rollback.perform(found, rollback.make_plan(found, request, chosen), back=back)


def _kill_before_the_promotion(patch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    patch.setattr(returning, "append", killed)
    for module in (attempt, appending):
        patch.setattr(module, "settle", lambda _project: Recovered("nothing"))


def test_a_release_that_another_worktree_makes_just_then_stays(
    two_releases: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = two_releases.git("rev-parse", "HEAD")

    @contextmanager
    def alone(_: Opened) -> Iterator[None]:
        two_releases.git("tag", "--annotate", "--message", "theirs", "model@v0.3.0", "HEAD")
        yield

    monkeypatch.setattr(writing, "alone_with_tags", alone)
    wanted = tagging.Wanted("model@0.3.0", allow_same=True)
    with pytest.raises(MlvcError, match=r"model@v0.3.0 exists already"):
        tagging.tag(Opened.find(two_releases.path), wanted)
    assert two_releases.git("rev-parse", "HEAD", "model@v0.3.0^{commit}") == f"{head}\n{head}"
