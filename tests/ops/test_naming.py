"""What a name means: a release, a revision, or two things, which is an error."""

from tests.project import Project
from tests.releases import answer


def test_a_tag_of_the_users_own_that_looks_like_a_version_is_a_revision(
    two_releases: Project,
) -> None:
    two_releases.git("tag", "v7.0.0", "HEAD~1")
    assert answer(two_releases, "which", "v7.0.0")["releases"] == ["model@v0.1.0"]
    done = two_releases.mlvc("which", "v8.0.0")
    assert done.code == 13 and "no release v8.0.0" in done.err


def test_a_version_that_is_a_tag_of_another_commit_too_is_ambiguous(two_releases: Project) -> None:
    two_releases.git("tag", "v0.1.0", "HEAD")
    done = two_releases.mlvc("show", "v0.1.0")
    assert done.code == 2
    assert "is a release of model and a Git revision" in done.err and "model@v0.1.0" in done.err
    assert answer(two_releases, "show", "model@v0.1.0")["name"] == "model@v0.1.0"
    assert answer(two_releases, "show", "refs/tags/v0.1.0")["name"] == "model@v0.2.0"


def test_a_tag_on_the_very_commit_of_the_release_means_the_same(two_releases: Project) -> None:
    two_releases.git("tag", "v0.1.0", "model@v0.1.0^{}")
    assert answer(two_releases, "show", "v0.1.0")["name"] == "model@v0.1.0"


def test_a_branch_named_like_the_model_is_ambiguous(two_releases: Project) -> None:
    two_releases.git("branch", "model", "HEAD~1")
    done = two_releases.mlvc("show", "model")
    assert done.code == 2
    assert "'model' is a model and a Git revision" in done.err and "model@latest" in done.err
    assert answer(two_releases, "show", "refs/heads/model")["name"] == "model@v0.1.0"
    assert answer(two_releases, "show", "model@latest")["name"] == "model@v0.2.0"


def test_versions_are_taken_with_and_without_the_v_and_the_model(two_releases: Project) -> None:
    for name in ("0.1.0", "v0.1.0", "model@0.1.0", "model@v0.1.0"):
        assert answer(two_releases, "show", name)["name"] == "model@v0.1.0"


def test_a_model_that_is_declared_and_not_committed_yet_is_told_from_one_that_is_not(
    project: Project,
) -> None:
    yaml = project.read("dvc.yaml")
    project.write("dvc.yaml", yaml.partition("artifacts:")[0])
    project.commit("No model")
    assert "no model is declared here" in project.mlvc("list").err
    project.write("dvc.yaml", yaml)
    for args, code in ((("tag", "model"), 13), (("show", "model@latest"), 13), (("tag",), 1)):
        done = project.mlvc(*args)
        assert done.code == code
        assert "'model' is declared in the workspace, but not committed" in done.err
        assert "hint: `git add dvc.yaml && git commit`" in done.err
    listed = project.mlvc("list")
    assert listed.code == 0
    assert listed.err == "model: declared in the workspace, but dvc.yaml is not committed\n"
    assert "there is no model 'modle'" in project.mlvc("tag", "modle").err
    project.write("more/dvc.yaml", "artifacts: {other: {path: x.bin}}\n")
    project.commit("Declared")
    project.write("late/dvc.yaml", "artifacts: {other: {path: x.bin}}\n")
    done = project.mlvc("tag", "late=other")
    assert done.code == 13 and "`git add late/dvc.yaml && git commit`" in done.err


def test_a_model_that_has_never_run_is_told_with_what_to_do(project: Project) -> None:
    (project.path / "dvc.lock").unlink()
    project.commit("Never run")
    for args in (("which",), ("eval",), ("eval", "HEAD", "--with", "HEAD")):
        done = project.mlvc(*args)
        assert done.code == 13, done
        assert "there is no model model: it has never run, and neither dvc.lock nor" in done.err
        assert "hint: `dvc repro`, then commit dvc.lock" in done.err


def test_of_many_releases_the_last_are_named_and_where_the_others_are(
    two_releases: Project,
) -> None:
    assert "hint: Its releases: v0.1.0, v0.2.0.\n" in two_releases.mlvc("show", "9.9.9").err
    for number in range(4):
        two_releases.git("commit", "--quiet", "--allow-empty", "-m", "More")
        two_releases.git("tag", "-a", "-m", "By hand", f"model@v0.3.{number}")
    last = "v0.2.0, v0.3.0, v0.3.1, v0.3.2, v0.3.3"
    expected = f"hint: Its last releases: {last}; `mlvc list` shows all 6.\n"
    assert expected in two_releases.mlvc("show", "9.9.9").err
