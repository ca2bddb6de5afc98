"""What plain GTO named before there was a model: nothing of it can be proven, and nothing waits."""

import pytest

from mlvc.errors import Exit
from mlvc.ops.diagnosing import diagnose
from mlvc.ops.verifying import Scope, verify
from tests.ops.sharing.conftest import Team, opened, pulled, pushed
from tests.project import Project
from tests.releases import answer, take_back

OLD = "model@v0.0.1"
NOTE = f"{OLD} is a name alone: plain GTO gave it to a commit without a model 'model'"


def named(team: Team, said: str) -> None:
    """Tag a commit with this `dvc.yaml`, as plain GTO does."""
    before = Project(team.path / "before")
    before.write("dvc.yaml", said)
    before.git("init", "--quiet")
    before.commit("Before there was a model")
    team.one.git("fetch", "--quiet", "../before", "HEAD")
    team.one.git("tag", "--annotate", "--message", "registered", OLD, "FETCH_HEAD")


@pytest.fixture
def old(team: Team) -> Team:
    named(team, "artifacts:\n  other:\n    path: README.md\n")
    return team


def test_a_push_sends_it_as_it_is_with_a_note(old: Team) -> None:
    old.one.git("tag", "-a", "-m", "assigned", "model#production#1", f"{OLD}^{{commit}}")
    foreseen = answer(old.one, "push", "--dry-run")["notes"]
    done = pushed(old.one)
    assert foreseen == list(done.notes)
    assert {OLD, "model@v0.1.0", "model@v0.2.0", "model#production#1"} == set(done.tags)
    assert set(old.tags()) == set(done.tags)
    assert [note for note in done.notes if note.startswith(NOTE)] == list(done.notes)
    assert pushed(old.one, OLD).tags == ()


def test_what_mlvc_released_must_have_its_model_all_the_same(old: Team) -> None:
    told = old.one.git("cat-file", "tag", "model@v0.1.0").partition("\n\n")[2]
    commit = old.one.git("rev-parse", f"{OLD}^{{commit}}")
    tag = ("tag", "-a", "-f", "--cleanup=verbatim", "-m", f"{told}\n", OLD, commit)
    old.one.git(*tag)
    done = old.one.mlvc("push")
    assert (done.code, old.tags()) == (Exit.REFUSED, [])
    assert done.err.startswith(f"error: {OLD} has no model 'model'")


def test_where_the_commit_cannot_be_read_nobody_knows_what_there_was(team: Team) -> None:
    named(team, "artifacts: [\n")
    assert team.one.mlvc("push").code == Exit.REFUSED
    assert team.tags() == []
    assert verify(opened(team.one), Scope()).status.exit == Exit.REFUSED


def test_verify_goes_on_with_a_note_and_refuses_it_by_name(old: Team) -> None:
    done = old.one.mlvc("verify")
    assert done.code == 0, done.out
    assert f"note: {NOTE}" in done.out
    first = answer(old.one, "verify")["releases"][0]
    assert (first["name"], first["status"], first["digest"]) == (OLD, "ok", "not recorded")
    assert verify(opened(old.one), Scope((OLD,))).status.exit == Exit.REFUSED


def test_pull_brings_the_data_of_all_others(old: Team) -> None:
    pushed(old.one)
    two = old.clone()
    done = pulled(two, data=True)
    assert done.objects == len(old.objects)
    assert [note for note in done.notes if note.startswith(NOTE)] == list(done.notes) != []
    assert two.mlvc("pull", "--data", OLD).code == Exit.REFUSED


def test_doctor_names_it_and_is_content_once_it_is_taken_back(old: Team) -> None:
    (found,) = (c for c in diagnose(opened(old.one)).complaints if c.code == "release-of-nothing")
    assert found.what.endswith(f"nothing of the model: {OLD}")
    assert "`gto deprecate model v0.0.1`" in found.todo
    take_back(old.one, f"{OLD}!")
    assert found.code not in {one.code for one in diagnose(opened(old.one)).complaints}


def test_it_goes_into_no_environment(old: Team) -> None:
    old.one.git("tag", "-a", "-m", "assigned", "model#production#1", "model@v0.2.0^{commit}")
    back = ("rollback", OLD, "--env", "production", "--tag-only")
    for asked in (("promote", OLD, "production"), back):
        done = old.one.mlvc(*asked)
        assert done.code == Exit.REFUSED
        assert done.err.startswith(f"error: {OLD} ")
        assert "has no model 'model'" in done.err
    assert old.one.git("tag", "--list", "model#*") == "model#production#1"
