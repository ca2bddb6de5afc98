"""Two clones that promote at once: the later push gets the next numbers, and nothing is lost."""

import itertools
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mlvc.domain.sharing import Tag
from mlvc.errors import Exit, MlvcError
from mlvc.ops.sharing import publishing, pushing
from mlvc.ops.sharing.publishing import Plan, owed
from mlvc.registry import sharing
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.sharing import TURN
from tests.ops.promoting.agreeing import by_gto, promotions, told
from tests.ops.rollback.test_interruption import strike
from tests.ops.sharing.conftest import Team, promote, pulled, pushed
from tests.project import Project
from tests.releases import answer, state

CREATE = "mlvc.registry.tags:create"
FINISH = "mlvc.ops.retagging:finish"


@pytest.fixture
def two(team: Team) -> Project:
    """A second clone; the first has pushed its releases."""
    pushed(team.one)
    return team.clone()


def dates(project: Project) -> list[int]:
    """Of the promotion tags, by number."""
    form = "--format=%(taggerdate:unix)"
    return [int(project.git("for-each-ref", form, f"refs/tags/{t}")) for t in promotions(project)]


def rising(numbers: list[int]) -> bool:
    return all(one < other for one, other in itertools.pairwise(numbers))


def test_the_later_push_gets_new_numbers_and_keeps_its_order(team: Team, two: Project) -> None:
    for name, place in (("v0.1.0", "staging"), ("v0.2.0", "production")):
        assert team.one.mlvc("promote", name, place).code == 0
        assert two.mlvc("promote", name, place, "-r", f"to {place}").code == 0
    assert two.mlvc("promote", "v0.1.0", "production").code == 0
    pushed(team.one)
    theirs = {tag: team.refs()[f"refs/tags/{tag}"] for tag in promotions(team.one)}
    before = state(two)
    assert two.mlvc("push", "--dry-run").out.startswith("Would push to origin\n")
    planned = answer(two, "push", "--dry-run")
    assert planned["taken"] == ["model#staging#1", "model#production#2", "model#production#3"]
    assert planned["tags"] == [] and "#1: its number is taken on origin" in planned["notes"][0]
    assert state(two) == before
    done = answer(two, "push")
    assert done["tags"] == ["model#staging#4", "model#production#5", "model#production#6"]
    assert done["notes"][0] == "model#staging#1 is model#staging#4 now: another clone was first"
    assert told(two, "model#production#5")["Reason"] == "to production"
    assert two.git("cat-file", "-p", "model#staging#4").splitlines()[2] == "tag model#staging#4"
    # What was there is as it was, and has taken its names here.
    for tag, oid in theirs.items():
        assert team.refs()[f"refs/tags/{tag}"] == oid == two.git("rev-parse", f"refs/tags/{tag}")
    assert len(promotions(team.hub)) == 5 and rising(dates(team.hub))
    pulled(team.one)
    for clone in (team.one, two):
        assert promotions(clone) == promotions(team.hub)
        assert by_gto(clone) == ["v0.1.0"]
    assert two.mlvc("push").out == "Nothing to push: origin has it all\n"


def test_a_number_is_one_models_in_all_environments(team: Team, two: Project) -> None:
    promote(team.one, 1)
    two.git("tag", "-a", "-m", "mine", "model#staging#1", "model@v0.1.0^{commit}")
    pushed(team.one)
    assert pushed(two).tags == ("model#staging#2",)
    assert promotions(two) == ["model#staging#2"]  # the other's name was never taken here
    assert promotions(team.hub) == ["model#production#1", "model#staging#2"]


def test_of_two_pushes_at_once_under_different_names_one_is_second(
    team: Team, two: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(team.one, 1)
    two.git("tag", "-a", "-m", "mine", "model#staging#1", "model@v0.1.0^{commit}")
    publish = publishing.publish  # between the look and the push

    def overtaken(*args: object) -> None:
        monkeypatch.setattr("mlvc.ops.sharing.pushing.publish", publish)
        pushed(two)
        publish(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("mlvc.ops.sharing.pushing.publish", overtaken)
    assert pushed(team.one).tags == ("model#production#2",)
    assert promotions(team.hub) == ["model#staging#1", "model#production#2"]
    assert rising(dates(team.hub))


@pytest.mark.parametrize("failures", [1, 2])
def test_a_turn_that_the_remotes_disk_lost_is_sent_again(
    team: Team, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    promote(team.one, 1)
    send, left = sharing.send, [None] * failures

    def half(git: Git, remote: str, refs: dict[str, str], *turn: str) -> None:
        if not left:
            return send(git, remote, refs, *turn)
        left.pop()
        # As git leaves it where only the last of its renames fails; the second time, the only one.
        some = {ref: oid for ref, oid in refs.items() if ref != sharing.TURN}
        send(git, remote, some or {"refs/heads/other": refs[sharing.TURN] + "^{}"})
        raise GitFailed(("push",), 1, "failed to update ref")

    monkeypatch.setattr(sharing, "send", half)
    monkeypatch.setattr(pushing, "has_moved", lambda *_: True)
    pushed(team.one)
    assert team.refs()[sharing.TURN] == team.refs()["refs/tags/model#production#1"]


def test_the_turn_of_a_later_batch_is_owed_too_but_not_to_another() -> None:
    tags = [Tag(f"m#production#{n}", f"id{n}", "commit", n) for n in range(1, 6)]
    before = Plan({}, {}, tags, [], [])
    there = {f"refs/tags/{tag.name}": tag.id for tag in tags}
    assert owed([before], {**there, TURN: "id3"}) == "id5"
    assert owed([before], {**there, TURN: "id5"}) == ""
    assert owed([before], {**there, TURN: "another"}) == ""
    assert owed([before], {}) == owed([], there) == ""


def test_a_clock_that_is_behind_is_no_reason_for_dates_that_fall(team: Team, two: Project) -> None:
    early, late = ({"GIT_COMMITTER_DATE": f"@{at} +0000"} for at in (1_900_000_000, 2_000_000_000))
    with environment(late):
        promote(team.one, 1)
    pushed(team.one)
    with environment(early):
        promote(two, 2)
    assert pushed(two).tags == ("model#production#3",)
    assert rising(dates(team.hub))


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@pytest.mark.parametrize(("place", "when"), [(CREATE, "after"), (FINISH, "before")])
def test_killed_while_it_renumbers_a_second_push_completes(
    team: Team, two: Project, place: str, when: str
) -> None:
    for number in (1, 2):
        promote(team.one, number)
        promote(two, number, "model@v0.2.0")
    pushed(team.one)
    assert strike(two, place, when, "SIGKILL", "push").code == -signal.SIGKILL
    pushed(two)
    assert promotions(team.hub) == [f"model#production#{n}" for n in (1, 2, 3, 4)]
    assert promotions(two) == promotions(team.hub)
    assert not (two.path / ".git/mlvc/journal.json").exists()


def test_a_named_release_takes_along_what_was_there_before_it(team: Team) -> None:
    first, then = promote(team.one, 1, "model@v0.2.0"), promote(team.one, 2)
    after = promote(team.one, 3, "model@v0.2.0")
    made = pushed(team.one, "v0.1.0").tags
    assert made == ("model@v0.1.0", "model@v0.2.0", first, then, after)


def test_releases_that_meet_are_refused_and_not_renumbered(team: Team, two: Project) -> None:
    for project, said in ((team.one, "mine"), (two, "mine, too")):
        project.git("tag", "--annotate", "--message", said, "model@v0.3.0")
    pushed(team.one)
    with pytest.raises(MlvcError, match=r"tag model@v0\.3\.0 on 'origin' is another") as caught:
        pushed(two)
    assert caught.value.code == Exit.REFUSED
