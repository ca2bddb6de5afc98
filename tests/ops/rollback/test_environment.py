"""`mlvc rollback --env`: the release and its promotion, both or neither; GTO and DVC agree."""

from pathlib import Path

import pytest

from tests.ops.promoting.agreeing import asks, by_dvc, by_gto, by_mlvc, promotions, put, told
from tests.ops.rollback.states import assert_whole
from tests.ops.rollback.test_interruption import MOVE, strike
from tests.ops.test_tagging_peers import SUB
from tests.project import Project
from tests.releases import answer, current, release, state

APPEND = "mlvc.ops.promoting.returning:append"
APPLY = "mlvc.workspace.transaction:apply"


@pytest.fixture
def served(released: Project) -> Project:
    """v0.2.0, then v0.3.0 in production; HEAD is v0.3.0."""
    put(released, "model#production#1", "0.2.0", ago=60)
    put(released, "model#production#2", "0.3.0", ago=30)
    return released


def moved_on(project: Project) -> None:
    """HEAD is another release than the one in production."""
    put(project, "model#production#3", "0.2.0", ago=20)


def test_the_release_is_restored_and_there_and_all_agree(served: Project, tmp_path: Path) -> None:
    head = served.git("rev-parse", "HEAD")
    done = answer(served, "rollback", "--env", "production", "--yes", "-r", "Recall fell")
    assert (done["from"], done["to"]) == ("model@v0.3.0", "model@v0.2.0")
    assert done["promotion"]["tag"] == "model#production#3"
    assert done["promotion"]["before"] == "model@v0.3.0"
    assert served.git("rev-parse", "HEAD^") == head and current(served) == ["model@v0.2.0"]
    on = served.git("rev-parse", "model#production#3^{commit}")
    assert on == served.git("rev-parse", "model@v0.2.0^{commit}")
    assert by_mlvc(served) == {"model#production": "model@v0.2.0"}
    assert by_gto(served) == [by_dvc(served, tmp_path / "got")] == ["v0.2.0"]
    assert told(served, "model#production#3") == {
        "Actor": "Ada Example <ada@example.com>",
        "Release": "model@v0.2.0",
        "Reason": "Recall fell",
        "Verdict": "NONE",
        "Rollback-From": "model@v0.3.0",
        "Rollback-Trigger": "manual",
    }
    assert_whole(served)


def test_the_last_line_undoes_all_of_it(served: Project, tmp_path: Path) -> None:
    done = served.mlvc("rollback", "--env", "production", "--yes")
    undo = done.out.splitlines()[-1].removeprefix("Undo: ").split(" && ")
    assert undo[1:] == ["dvc checkout", "mlvc demote model#production"]
    served.git(*undo[0].split()[1:])
    served.dvc("checkout", "--quiet")
    assert served.mlvc(*undo[2].split()[1:]).code == 0
    assert current(served) == ["model@v0.3.0"]
    assert by_mlvc(served) == {"model#production": "model@v0.3.0"}
    assert by_gto(served) == [by_dvc(served, tmp_path / "got")] == ["v0.3.0"]


def test_a_dry_run_tells_of_the_tag_and_changes_nothing(served: Project) -> None:
    before = state(served)
    args = ("rollback", "--env", "production", "--dry-run")
    planned = answer(served, *args)
    assert planned["promotion"]["tag"] == "model#production#3"
    row = next(line for line in served.mlvc(*args).out.splitlines() if "promote" in line)
    assert row.split() == ["promote", "model#production#3", "instead", "of", "model@v0.3.0"]
    alone = answer(served, *args, "--tag-only")
    assert (alone["to"], alone["promotion"]) == (planned["to"], planned["promotion"])
    assert served.mlvc(*args, "--tag-only").out.startswith("Would roll production back: ")
    assert state(served) == before


def test_the_last_good_release_is_seen_from_what_is_there(served: Project, tmp_path: Path) -> None:
    moved_on(served)
    before = state(served)
    refused = served.mlvc("rollback", "--env", "production", "--yes")
    assert refused.code == 1 and refused.out == ""
    assert "production has model@v0.2.0, and HEAD has model@v0.3.0" in refused.err
    assert "`--tag-only`" in refused.err and "`--branch NAME`" in refused.err
    assert state(served) == before
    done = answer(served, "rollback", "--env", "production", "--tag-only", "--yes")
    assert (done["from"], done["to"]) == ("model@v0.2.0", "model@v0.1.0")
    after = state(served)
    assert {key for key in after if after[key] != before[key]} == {"refs"}
    assert by_mlvc(served) == {"model#production": "model@v0.1.0"}
    assert by_gto(served) == [by_dvc(served, tmp_path / "got")] == ["v0.1.0"]
    assert served.mlvc("demote", "model#production").code == 0  # as its last line says
    assert by_mlvc(served) == {"model#production": "model@v0.2.0"}


def test_a_model_of_a_subfolder_goes_back_where_gto_looks(project: Project, tmp_path: Path) -> None:
    project.write("sub/dvc.yaml", SUB)
    for version in ("0.1.0", "0.2.0"):
        project.write("sub/weights.bin", f"the weights of {version}\n")
        project.dvc("add", "--quiet", "sub/weights.bin")
        project.commit(f"A model in a subfolder, {version}")
        release(project, f"sub:model@{version}")
    args = ("--model", "sub:model")
    assert project.mlvc("promote", "v0.2.0", "production", *args).code == 0
    assert project.mlvc("rollback", "--env", "production", "--yes", *args).code == 0
    assert project.read("sub/weights.bin") == "the weights of 0.1.0\n"
    assert by_mlvc(project) == {"sub=model#production": "sub=model@v0.1.0"}
    assert by_dvc(project, tmp_path / "got", model="sub=model") == "v0.1.0"
    assert by_gto(project, model="sub=model") == ["v0.1.0"]


def test_a_new_branch_is_no_rewinding_of_the_old_one(served: Project) -> None:
    moved_on(served)
    main = served.git("rev-parse", "main")
    done = answer(served, "rollback", "--env", "production", "--branch", "hotfix", "--yes")
    assert (done["branch"], done["promotion"]["tag"]) == ("hotfix", "model#production#4")
    assert served.git("rev-parse", "main") == main
    assert current(served) == ["model@v0.1.0"]
    assert_whole(served)


def test_a_release_that_is_on_another_line_has_its_own_older_ones(released: Project) -> None:
    put(released, "model#production#1", "0.2.0", ago=60)
    released.git("switch", "--quiet", "--create", "old", "model@v0.1.0^{commit}")
    done = answer(released, "rollback", "--env", "production", "--tag-only", "--yes")
    assert (done["from"], done["to"]) == ("model@v0.2.0", "model@v0.1.0")


def test_what_is_there_already_is_no_second_tag(served: Project) -> None:
    before = state(served)
    done = served.mlvc("rollback", "v0.3.0", "--env", "production", "--tag-only")
    assert (done.code, done.out) == (
        0,
        "Nothing to do: model@v0.3.0 is in production already.\n",
    )
    done = served.mlvc("rollback", "v0.3.0", "--env", "production")
    assert done.code == 0 and "production  has model@v0.3.0 already" in done.out
    assert state(served) == before


def test_nothing_that_a_promotion_is_asked_holds_up_a_rollback(served: Project) -> None:
    asks(served, {"production": {"requires": "staging", "after": "2h", "verdict": "PASS"}})
    assert served.mlvc("promote", "v0.1.0", "production").code == 1
    assert served.mlvc("rollback", "v0.1.0", "--env", "production", "--tag-only").code == 0
    assert by_mlvc(served) == {"model#production": "model@v0.1.0"}


def test_what_failed_or_is_withdrawn_goes_back_there_only_with_a_reason(served: Project) -> None:
    assert served.mlvc("rollback", "v0.1.0").code == 0
    before = state(served)
    args = ("rollback", "v0.3.0", "--env", "production", "--tag-only")
    put(served, "model#production#3", "0.1.0", ago=10)
    refused = served.mlvc(*args)
    assert refused.code == 1 and "may not go to production: it is withdrawn" in refused.err
    assert state(served) != before  # the tag just put
    done = served.mlvc(*args, "--allow-failing", "It was the data")
    assert done.code == 0 and "although  it is withdrawn" in done.out
    assert told(served, "model#production#4")["Override"] == "It was the data"


def test_where_head_is_back_already_only_the_tag_is_due(served: Project) -> None:
    assert served.mlvc("rollback", "v0.2.0").code == 0
    head = served.git("rev-parse", "HEAD")
    done = served.mlvc("rollback", "v0.2.0", "--env", "production")
    assert done.code == 0 and "tag  model#production#3" in done.out
    assert "Undo: mlvc promote model@v0.3.0 production --allow-failing REASON" in done.out
    assert served.git("rev-parse", "HEAD") == head
    assert by_mlvc(served) == {"model#production": "model@v0.2.0"}


def test_where_head_is_back_already_what_was_done_there_is_told_and_no_branch_made(
    served: Project,
) -> None:
    moved_on(served)
    args = ("rollback", "v0.3.0", "--env", "production", "--branch", "fix")
    for dry, did in ((("--dry-run",), "Would roll"), ((), "Rolled")):
        done = served.mlvc(*args, *dry)
        assert done.code == 0, done.err
        assert done.out.startswith(f"{did} production back: model@v0.2.0 → model@v0.3.0\n")
        assert "model#production#4, instead of model@v0.2.0" in done.out
        assert "note: HEAD is at model@v0.3.0 already: nothing is restored here" in done.out
        assert "note: branch fix is not made" in done.out
    assert by_mlvc(served) == {"model#production": "model@v0.3.0"}
    assert served.git("branch", "--list", "fix") == ""
    done = served.mlvc("rollback", "v0.3.0", "--branch", "fix")
    assert "Nothing to do" in done.out and "note: branch fix is not made" in done.out


def test_where_the_release_that_is_left_stays_in_use_is_told(served: Project) -> None:
    put(served, "model#staging#3", "0.3.0", ago=10)
    told = "note: model@v0.3.0 is still in {}: `mlvc rollback model@v0.2.0 --env {} --tag-only`"
    plan = served.mlvc("rollback", "v0.2.0", "--dry-run").out
    assert told.format("production", "production") in plan
    assert told.format("staging", "staging") in plan
    done = served.mlvc("rollback", "v0.2.0", "--env", "production").out
    assert "still in production" not in done and told.format("staging", "staging") in done
    command = done.split("still in staging: `mlvc ")[1].split("`")[0]
    assert served.mlvc(*command.split()).code == 0
    places = by_mlvc(served)
    assert places == {"model#production": "model@v0.2.0", "model#staging": "model@v0.2.0"}
    assert "still in" not in served.mlvc("rollback", "v0.3.0").out  # forward


def test_what_is_newer_and_was_never_there_has_to_be_promoted(released: Project) -> None:
    put(released, "model#production#1", "0.1.0", ago=60)
    done = released.mlvc("rollback", "v0.2.0", "--env", "production", "--tag-only")
    assert done.code == 1 and "`mlvc promote` puts it there" in done.err
    assert promotions(released) == ["model#production#1"]


REFUSED = [
    ("--tag-only", 2, "--tag-only goes with --env"),
    ("--allow-failing x", 2, "--allow-failing goes with --env"),
    ("--env production --tag-only --branch b", 2, "--branch is about restoring"),
    ("--env staging --yes", 13, "nothing of model is in 'staging'"),
    ("--env p\x1b[2J --yes", 13, "in 'p\\x1b[2J'"),
    ("HEAD~1 --env production", 13, "is no release of model, and only releases"),
    ("HEAD~1 --push", 2, "--push sends releases"),
]


def test_what_cannot_be_meant_is_refused(served: Project) -> None:
    for message in ("No release", "Nor this"):
        served.git("commit", "--quiet", "--allow-empty", "--message", message)
    before = state(served)
    for args, code, says in REFUSED:
        done = served.mlvc("rollback", *args.split(" "))
        assert (done.code, done.out) == (code, "")
        assert says in done.err and "Traceback" not in done.err
    assert state(served) == before


@pytest.mark.parametrize("place", [APPEND, APPLY])
def test_killed_before_the_branch_moves_neither_is_done(served: Project, place: str) -> None:
    before = state(served)
    strike(served, place, "after", "SIGKILL", "rollback", "v0.2.0", "--env", "production")
    assert served.mlvc("recover").code == 0
    assert state(served) == before
    assert_whole(served)


def test_killed_after_the_branch_moved_both_are_done_and_not_twice(served: Project) -> None:
    args = ("rollback", "--env", "production", "--yes")
    strike(served, MOVE, "after", "SIGKILL", *args)
    again = served.mlvc(*args)
    assert again.code == 0 and "Finished the interrupted rollback to model@v0.2.0" in again.err
    assert promotions(served)[2:] == ["model#production#3"]
    assert current(served) == ["model@v0.2.0"]
    assert_whole(served)


def test_a_tag_alone_is_not_written_twice_for_one_request_either(served: Project) -> None:
    args = ("rollback", "--env", "production", "--tag-only", "--yes")
    strike(served, APPEND, "after", "SIGKILL", *args)
    again = served.mlvc(*args)
    assert again.code == 0 and "Finished the interrupted rollback to model@v0.2.0" in again.err
    assert promotions(served)[2:] == ["model#production#3"]


def test_a_tag_that_cannot_be_signed_leaves_all_as_it_was(served: Project) -> None:
    served.git("config", "tag.gpgSign", "true")
    served.git("config", "gpg.program", "false")
    before = state(served)
    done = served.mlvc("rollback", "v0.2.0", "--env", "production")
    assert done.code == 1 and "could not sign model#production#3" in done.err
    assert state(served) == before
    assert_whole(served)
