"""Artifacts follow HEAD, and nothing of the user's is lost."""

import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops import bringing
from mlvc.ops.bringing import Brought, bring
from mlvc.ops.project import Project as Opened
from mlvc.ops.recover import recover
from mlvc.workspace import transaction
from mlvc.workspace.journal import Journal
from mlvc.workspace.lock import locked
from tests.project import Project, run
from tests.releases import retrain

OLD = "model@v0.1.0"
BOTH = ("model.bin", "predictions.csv")


def checkout(project: Project, revision: str) -> Brought:
    """What comes of the artifacts after a checkout; as the hook does it, in this process."""
    before = project.git("rev-parse", "HEAD")
    project.git("checkout", "--quiet", revision)
    return bring(Opened(project.path), before, project.git("rev-parse", "HEAD"))


def cutoff(project: Project) -> str:
    return project.read("model.bin").split()[1]


def test_they_follow_there_and_back(two_releases: Project) -> None:
    assert checkout(two_releases, OLD).done == BOTH
    assert cutoff(two_releases) == "49.500000"
    assert two_releases.dvc("status") == "Data and pipelines are up to date."
    assert checkout(two_releases, "main").done == BOTH
    assert cutoff(two_releases) == "99.000000"


def test_changes_of_the_user_stay_and_are_named(two_releases: Project) -> None:
    two_releases.write("model.bin", "mine\n")
    found = checkout(two_releases, OLD)
    assert (found.done, found.kept) == (("predictions.csv",), ("model.bin",))
    assert two_releases.read("model.bin") == "mine\n"


def test_what_the_cache_has_is_nobodys_change(two_releases: Project) -> None:
    model = two_releases.read("model.bin")
    retrain(two_releases, "weight: 2.0", "weight: 3.0")
    two_releases.write("model.bin", model)  # of another commit, as when no hook was there
    assert checkout(two_releases, OLD).kept == ()
    assert cutoff(two_releases) == "49.500000"


def test_what_is_not_in_the_cache_is_not_fetched(two_releases: Project, tmp_path: Path) -> None:
    two_releases.dvc(
        "remote", "add", "--quiet", "--local", "--default", "store", str(tmp_path / "s")
    )
    two_releases.dvc("push", "--quiet", "--all-tags")
    cache = two_releases.path / ".dvc" / "cache" / "files"
    shutil.rmtree(cache)
    assert checkout(two_releases, OLD) == Brought(missing=BOTH)
    assert cutoff(two_releases) == "99.000000"
    assert not cache.exists()


def test_a_corrupt_object_changes_nothing(two_releases: Project) -> None:
    lock = two_releases.git("show", f"{OLD}:dvc.lock")
    md5 = lock.split("path: model.bin")[-1].split("md5: ")[1].split()[0]
    model = two_releases.path / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]
    model.chmod(0o644)
    model.write_text("other\n")
    before = two_releases.read("predictions.csv")
    with pytest.raises(MlvcError, match="corrupt"):
        checkout(two_releases, OLD)
    assert cutoff(two_releases) == "99.000000"
    assert two_releases.read("predictions.csv") == before


def test_an_output_that_the_commit_has_not_goes_if_the_cache_has_it(
    two_releases: Project,
) -> None:
    two_releases.write("extra.csv", "a\n")
    two_releases.dvc("add", "--quiet", "extra.csv")
    two_releases.write("own/extra.csv", "b\n")
    two_releases.dvc("add", "--quiet", "own")
    two_releases.commit("More data")
    two_releases.write("own/mine.txt", "mine\n")
    found = checkout(two_releases, "main~1")
    assert (found.done, found.kept) == (("extra.csv",), ("own",))
    assert not (two_releases.path / "extra.csv").exists()
    assert two_releases.read("own/mine.txt") == "mine\n"


class KilledError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize(("outcome", "left"), [("undone", "99.000000"), ("finished", "49.500000")])
def test_a_crash_leaves_the_old_ones_or_the_new_ones(
    two_releases: Project, monkeypatch: pytest.MonkeyPatch, outcome: str, left: str
) -> None:
    def killed(*_: object) -> None:
        raise KilledError

    def exchanged(journal: Journal, around: AbstractContextManager[None]) -> None:
        apply(journal, around)
        raise KilledError

    apply = transaction.apply
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "settle", killed)  # nothing in this process clears up
        if outcome == "undone":  # before what is exchanged counts
            patch.setattr(transaction, "apply", exchanged)
        with pytest.raises(KilledError):
            checkout(two_releases, OLD)
    found = recover(Opened(two_releases.path))
    assert (found.outcome, found.request) == (outcome, "checkout of the outputs of")
    assert cutoff(two_releases) == left


def test_a_checkout_after_a_crash_tells_how_the_one_before_ended(
    two_releases: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(bringing, "settle", killed)
        with pytest.raises(KilledError):
            checkout(two_releases, OLD)
    old = two_releases.git("rev-parse", "--short=10", "HEAD")
    assert two_releases.mlvc("hooks", "install").code == 0
    done = run("git", "checkout", "--quiet", "main", cwd=two_releases.path)
    assert done.stderr.splitlines() == [
        f"mlvc: Finished the interrupted checkout of the outputs of {old}.",
        "mlvc: artifacts follow HEAD: model.bin, predictions.csv",
    ]


def test_a_rebase_that_only_goes_forward_is_followed(two_releases: Project) -> None:
    assert two_releases.mlvc("hooks", "install").code == 0
    two_releases.git("checkout", "--quiet", "-b", "behind", OLD)
    assert cutoff(two_releases) == "49.500000"
    two_releases.git("rebase", "--quiet", "main")
    assert cutoff(two_releases) == "99.000000"


def test_a_project_that_is_busy_is_told_and_the_checkout_is_done(two_releases: Project) -> None:
    assert two_releases.mlvc("hooks", "install").code == 0
    with locked(two_releases.path / ".git" / "mlvc" / "lock"):
        done = run("git", "checkout", OLD, cwd=two_releases.path)
    said = [line for line in done.stderr.splitlines() if line.startswith("mlvc: ")]
    assert said[0].startswith("mlvc: the artifacts do not follow HEAD: ")
    assert "is held by process" in said[0]
    assert cutoff(two_releases) == "99.000000"


def test_a_new_worktree_is_told_what_it_lacks(two_releases: Project) -> None:
    assert two_releases.mlvc("hooks", "install").code == 0
    done = run("git", "worktree", "add", "../new", OLD, cwd=two_releases.path)
    lacks = (
        "mlvc: not in the cache, so left as they are: data/clean.csv, model.bin, predictions.csv"
    )
    assert f"{lacks}; `dvc pull` has them\n" in done.stderr
