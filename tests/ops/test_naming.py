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
