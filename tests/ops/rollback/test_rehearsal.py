"""A dry run refuses what the real one would; and the target that HEAD is at already."""

import shutil

import pytest

from tests.ops.rollback.states import assert_whole, visible
from tests.project import Project


def test_a_dry_run_refuses_what_is_dirty_as_the_real_one_does(released: Project) -> None:
    released.write("train.py", "# mine\n")
    dry = released.mlvc("rollback", "v0.1.0", "--dry-run")
    assert dry.code == 12
    assert "Would roll back" in dry.out
    assert dry.err == released.mlvc("rollback", "v0.1.0").err


def test_a_dry_run_refuses_where_git_does_not_know_who_commits(released: Project) -> None:
    config = released.path.parent / "nobody"
    config.write_text("[user]\n    useConfigOnly = true\n")
    env = {"GIT_CONFIG_GLOBAL": str(config)}
    dry, done = (released.mlvc("rollback", "v0.1.0", *dry, env=env) for dry in (["--dry-run"], []))
    assert (dry.code, done.code) == (1, 1)
    assert dry.err == done.err and "Git does not know who you are" in dry.err


def test_a_dry_run_with_force_says_what_it_would_save(released: Project) -> None:
    released.write("train.py", "# mine\n")
    dry = released.mlvc("rollback", "v0.1.0", "--dry-run", "--force")
    assert dry.code == 0
    assert "would save what is in the way: train.py" in dry.err
    assert released.read("train.py") == "# mine\n"


def test_a_dry_run_names_an_object_that_is_missing(released: Project) -> None:
    shutil.rmtree(released.path / ".dvc/cache")
    dry = released.mlvc("rollback", "v0.1.0", "--dry-run")
    assert dry.code == 13
    assert "is missing" in dry.err


@pytest.mark.parametrize("branch", [[], ["--branch", "main"]])
def test_a_dry_run_refuses_where_there_is_no_branch_for_the_commit(
    released: Project, branch: list[str]
) -> None:
    released.git("switch", "--quiet", "--detach")
    assert released.mlvc("rollback", "v0.1.0", "--dry-run", *branch).code == 1


def test_force_takes_back_a_dirty_file_that_is_the_same_in_both_releases(
    released: Project,
) -> None:
    released.write("evaluate.py", released.read("evaluate.py") + "# mine\n")
    released.git("add", "evaluate.py")
    done = released.mlvc("rollback", "v0.1.0", "--force")
    assert done.code == 0, done.err
    assert_whole(released)
    (kept,) = (released.path / ".git/mlvc/saved").rglob("evaluate.py")
    assert kept.read_text().endswith("# mine\n")
    assert str(kept) in done.out


@pytest.mark.parametrize("damage", ["bad", None])
def test_a_model_that_is_damaged_at_its_own_release_is_told(
    released: Project, damage: str | None
) -> None:
    (released.path / "model.bin").unlink()
    if damage:
        released.write("model.bin", damage)
    before = visible(released)
    for args in ([], ["--force"], ["--dry-run"]):
        done = released.mlvc("rollback", "v0.3.0", *args)
        assert done.code == 12
        assert "dvc checkout --force model.bin" in done.err
    assert visible(released) == before
    released.dvc("checkout", "--force", "model.bin")
    assert released.mlvc("rollback", "v0.3.0").code == 0
    assert_whole(released)


def test_the_artifact_alone_leaves_its_evaluation_stale_and_says_so(released: Project) -> None:
    done = released.mlvc("rollback", "v0.1.0", "--scope", "artifact")
    assert done.code == 0, done.err
    assert "`dvc repro` would run evaluate" in done.out


def test_a_model_and_the_release_of_another_do_not_go_together(released: Project) -> None:
    text = released.read("dvc.yaml") + "  other:\n    path: predictions.csv\n"
    released.write("dvc.yaml", text)
    released.commit("Another model")
    done = released.mlvc("rollback", "model@v0.1.0", "--model", "other")
    assert done.code == 2
    assert "is not of model 'other'" in done.err
    for verb in (["show", "HEAD~1"], ["which", "HEAD~1"], ["diff", "HEAD~2", "HEAD~1"]):
        assert released.mlvc(*verb).code == 2
        assert released.mlvc(*verb, "--model", "model").code == 0
    assert "Did you mean 'model'" in released.mlvc("rollback", "modle@v0.1.0").err
