"""`mlvc demote`: what was there before comes back, for GTO and DVC too."""

from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops.places import Places
from mlvc.ops.project import Project as Opened
from mlvc.ops.promoting import appending, taking
from mlvc.ops.promoting.appending import append
from tests.ops.promoting.agreeing import by_dvc, by_gto, by_mlvc, promotions, put, told
from tests.project import Project
from tests.releases import answer, state


@pytest.fixture
def promoted(two_releases: Project) -> Project:
    """v0.1.0, then v0.2.0 in production."""
    put(two_releases, "model#production#1", "0.1.0", ago=60)
    put(two_releases, "model#production#2", "0.2.0", ago=30)
    return two_releases


def test_what_was_there_before_comes_back_for_gto_and_dvc_too(
    promoted: Project, tmp_path: Path
) -> None:
    planned = answer(promoted, "demote", "production", "--dry-run")
    assert len(promotions(promoted)) == 2
    done = answer(promoted, "demote", "production", "-r", "Recall fell")
    assert done["tags"] == planned["tags"] == ["model#production!#3", "model#production#4"]
    assert (done["release"], done["back"]) == ("model@v0.2.0", "model@v0.1.0")
    assert by_mlvc(promoted) == {"model#production": "model@v0.1.0"}
    assert by_gto(promoted) == [by_dvc(promoted, tmp_path / "got")] == ["v0.1.0"]
    for tag, name in zip(done["tags"], ("model@v0.2.0", "model@v0.1.0"), strict=True):
        assert told(promoted, tag) == {
            "Actor": "Ada Example <ada@example.com>",
            "Release": name,
            "Reason": "Recall fell",
        }
    assert not Places(Opened.find(promoted.path)).journal.exists()


def test_a_second_time_nothing_is_left_never_the_one_that_was_taken_out(
    promoted: Project, tmp_path: Path
) -> None:
    assert promoted.mlvc("demote", "production").code == 0
    done = promoted.mlvc("demote", "model#production")
    assert done.code == 0 and "nothing: none was there before" in done.out
    assert by_mlvc(promoted) == {"model#production": None}
    assert by_gto(promoted) == []
    # What no tag can change, and so is said.
    assert by_dvc(promoted, tmp_path / "got") == "v0.1.0"
    assert "goes on giving model@v0.1.0" in done.err
    third = promoted.mlvc("demote", "production")
    assert third.code == 13 and "nothing of model is in 'production'" in third.err


def test_to_promote_the_one_before_would_leave_the_bad_one_to_gto(
    promoted: Project, tmp_path: Path
) -> None:
    # Why a demotion ends what it takes out (ADR 0013).
    put(promoted, "model#production#3", "0.1.0", ago=20)
    assert by_gto(promoted) == ["v0.1.0"]
    put(promoted, "model#production!#4", "0.1.0", ago=10)
    assert by_gto(promoted) == ["v0.2.0"]
    assert by_dvc(promoted, tmp_path / "got") == "v0.1.0"


def test_a_withdrawn_release_does_not_come_back(promoted: Project) -> None:
    assert promoted.mlvc("rollback", "--yes").code == 0
    put(promoted, "model#production#3", "0.1.0", ago=20)
    before = state(promoted)
    done = promoted.mlvc("demote", "production")
    assert done.code == 1 and "model@v0.2.0, which is withdrawn" in done.err
    assert "`mlvc promote RELEASE production`" in done.err
    assert state(promoted) == before


@pytest.mark.parametrize("place", ["staging", "prod\x1b[2J", "--", "spam#production", ""])
def test_where_nothing_is_there_is_nothing_to_take_out(promoted: Project, place: str) -> None:
    done = promoted.mlvc("demote", "--", place)
    assert done.code in (2, 13) and "\x1b" not in done.err and "Traceback" not in done.err
    assert len(promotions(promoted)) == 2


def test_a_demotion_that_fails_between_its_tags_leaves_none(
    promoted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(promoted)

    def failing(*args: object, **more: object) -> None:
        if not args[1].ends:  # type: ignore[attr-defined]
            raise MlvcError("Git could not sign")
        append(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "append", failing)
    with pytest.raises(MlvcError, match="could not sign"):
        taking.demote(Opened.find(promoted.path), "production")
    assert state(promoted) == before


@pytest.mark.parametrize("written", [1, 2])
def test_a_demotion_that_is_killed_is_undone_or_done(
    promoted: Project, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    before = state(promoted)

    def killed(*args: object, **more: object) -> None:
        append(*args, **more)  # type: ignore[arg-type]
        if len(promotions(promoted)) == 2 + written:
            raise KeyboardInterrupt

    monkeypatch.setattr(taking, "append", killed)
    for module in (taking, appending):
        monkeypatch.setattr(module, "settle", lambda _project: None)
    with pytest.raises(KeyboardInterrupt):
        taking.demote(Opened.find(promoted.path), "production")
    assert len(promotions(promoted)) == 2 + written
    done = promoted.mlvc("recover")
    assert done.code == 0 and "demotion of model@v0.2.0" in done.out
    if written == 1:
        assert state(promoted) == before
    else:
        assert promotions(promoted)[2:] == ["model#production!#3", "model#production#4"]
