"""What is true after a rollback."""

from tests.ops.rollback.conftest import retrain
from tests.ops.rollback.states import assert_whole, md5, rolled_back, same_as, visible
from tests.project import Project


def roll_back(project: Project, *args: str) -> None:
    done = project.mlvc("rollback", *args)
    assert done.code == 0, done.err
    assert "note:" not in done.out, done.out


def of(project: Project, release: str, path: str) -> str:
    return project.git("show", f"refs/tags/model@{release}:{path}")


def test_rollback_restores_model_code_data_and_parameters(released: Project) -> None:
    roll_back(released, "v0.1.0")
    assert_whole(released)
    tag = released.git("cat-file", "-p", "refs/tags/model@v0.1.0")
    assert f"md5:{md5(released.path / 'model.bin')}" in tag
    for path in ("train.py", "data/raw.csv", "params.yaml", "dvc.lock", "metrics.json"):
        assert released.read(path).rstrip("\n") == of(released, "v0.1.0", path)
    assert "didn't change" in released.dvc("repro")
    assert released.git("diff", "model@v0.1.0", "HEAD") == ""


def test_rollback_is_one_commit_that_says_what_it_did(released: Project) -> None:
    head = released.git("rev-parse", "HEAD")
    roll_back(released, "v0.1.0", "--reason", "drift in: arrivals")
    assert released.git("rev-parse", "HEAD^") == head
    assert released.git("log", "-1", "--format=%B") == (
        "Roll back model to v0.1.0\n\n"
        "Rollback-From: model@v0.3.0\n"
        "Rollback-To: model@v0.1.0\n"
        "Rollback-Scope: lineage\n"
        "Rollback-Trigger: manual\n"
        "Rollback-Reason: drift in: arrivals"
    )
    assert "mlvc rollback" in released.git("reflog", "-1")


def test_rollback_keeps_what_is_dirty_staged_or_untracked_elsewhere(released: Project) -> None:
    released.write("notes.txt", "staged\n")
    released.git("add", "notes.txt")
    released.write("new.txt", "staged, never committed\n")
    released.git("add", "new.txt")
    released.write("README.md", "dirty\n")
    released.write("scratch/x.txt", "untracked\n")
    before = {p: f for p, f in visible(released).items() if p in OTHERS}
    roll_back(released, "v0.1.0")
    assert released.git("status", "--porcelain").splitlines() == [
        " M README.md",
        "A  new.txt",
        "M  notes.txt",
        "?? scratch/",
    ]
    assert {p: f for p, f in visible(released).items() if p in OTHERS} == before
    assert released.git("diff", "--cached", "--name-only") == "new.txt\nnotes.txt"
    assert released.git("fsck", "--strict", "--no-dangling") == ""
    assert released.dvc("status") == "Data and pipelines are up to date."


OTHERS = ("notes.txt", "new.txt", "README.md", "scratch/x.txt")


def test_the_next_plain_commit_does_not_undo_a_rollback(released: Project) -> None:
    roll_back(released, "v0.1.0")
    released.write("README.md", "more\n")
    released.git("commit", "--quiet", "--all", "--message", "Words")
    assert released.git("show", "--format=", "--name-only", "HEAD") == "README.md"
    assert released.git("diff", "--name-only", "model@v0.1.0", "HEAD") == "README.md"
    released.git("commit", "--quiet", "--allow-empty", "--message", "The index itself")
    assert released.git("show", "--format=", "--name-only", "HEAD") == ""


def test_reverting_a_rollback_brings_the_newer_model_back(released: Project) -> None:
    newest = md5(released.path / "model.bin")
    roll_back(released, "v0.2.0")
    assert "withdrawn" in released.mlvc("list").out
    released.git("revert", "--no-edit", "HEAD")
    released.dvc("checkout")
    assert md5(released.path / "model.bin") == newest
    assert_whole(released)
    assert "withdrawn" not in released.mlvc("list").out


def test_two_rollbacks_in_a_row_go_further_back(released: Project) -> None:
    roll_back_unjudged(released)
    assert released.git("diff", "model@v0.2.0", "HEAD") == ""
    roll_back_unjudged(released)
    assert released.git("diff", "model@v0.1.0", "HEAD") == ""
    assert_whole(released)
    third = released.mlvc("rollback", "--yes")
    assert third.code == 13
    assert "no last good release of model" in third.err


def roll_back_unjudged(project: Project) -> None:
    done = project.mlvc("rollback", "--yes")
    assert done.code == 0, done.err


def test_rollback_to_the_current_release_does_nothing(released: Project) -> None:
    head, before = released.git("rev-parse", "HEAD"), visible(released)
    done = released.mlvc("rollback", "v0.3.0")
    assert (done.code, done.err) == (0, "")
    assert done.out == "Nothing to do: HEAD is at model@v0.3.0 already.\n"
    assert released.git("rev-parse", "HEAD") == head
    assert visible(released) == before


def test_rolling_forward_again_clears_the_withdrawal(released: Project) -> None:
    roll_back(released, "v0.1.0")
    done = released.mlvc("rollback", "v0.3.0")
    assert "Rolled forward model" in done.out
    assert_whole(released)
    assert "withdrawn" not in released.mlvc("list").out


def test_without_verdicts_a_rollback_that_names_no_release_asks_first(released: Project) -> None:
    head, before = released.git("rev-parse", "HEAD"), visible(released)
    done = released.mlvc("rollback")
    assert done.code == 1
    assert "no release has a verdict" in done.err and "--yes" in done.err
    assert released.git("rev-parse", "HEAD") == head
    assert visible(released) == before


def test_the_last_line_of_a_rollback_undoes_it(released: Project) -> None:
    newest = released.git("rev-parse", "HEAD")
    done = released.mlvc("rollback", "v0.1.0")
    revert, checkout = done.out.splitlines()[-1].removeprefix("Undo: ").split(" && ")
    released.git(*revert.split()[1:])
    released.dvc(*checkout.split()[1:])
    assert released.git("diff", newest, "HEAD") == ""
    assert_whole(released)


def test_a_tag_after_a_rollback_compares_with_the_current_release(released: Project) -> None:
    roll_back(released, "v0.1.0")
    again = released.mlvc("tag")
    assert again.code == 1 and "model@v0.1.0" in again.err, again.err
    retrain(released, "weight: 1.0", "weight: 3.0")
    made = released.mlvc("tag", "--json")
    assert made.code == 0, made.err
    message = released.git("cat-file", "-p", "refs/tags/model@v0.4.0")
    assert "Previous-Release: model@v0.1.0" in message


def test_scope_tree_takes_every_file_back(released: Project) -> None:
    released.write("README.md", "Newer words\n")
    released.write("later.txt", "came later\n")
    released.commit("Words")
    roll_back(released, "v0.1.0")
    assert released.read("README.md") == "Newer words\n"
    rolled_back(released, "v0.1.0", "--scope", "tree")
    assert same_as(released, "v0.1.0")
    assert not (released.path / "later.txt").exists()
    assert_whole(released)


def test_scope_artifact_takes_the_model_alone(released: Project) -> None:
    code = released.read("train.py")
    done = rolled_back(released, "v0.1.0", "--scope", "artifact")
    assert "code, parameters and data stay" in done.out
    assert md5(released.path / "model.bin") in of(released, "v0.1.0", "dvc.lock")
    assert released.git("diff", "--name-only", "HEAD~1", "HEAD") == "dvc.lock"
    assert released.read("train.py") == code
    assert released.git("status", "--porcelain") == ""
    assert "Rollback-Scope: artifact" in released.git("log", "-1", "--format=%B")


def test_parameters_that_are_no_yaml_are_told_by_a_rollback_that_is_done(released: Project) -> None:
    released.write("params.yaml", released.read("params.yaml") + "since: 2023-02-30\n")
    done = rolled_back(released, "v0.1.0", "--scope", "artifact")
    assert "params.yaml of the workspace is not YAML: day is out of range" in done.out
