"""Who asks for one model's tags gets what all tags say of it, and reads no others."""

import pytest

from mlvc.ops.project import Project as Opened
from mlvc.ops.promoting import Wanted, demote, promote
from tests.project import Project
from tests.releases import names, take_back


@pytest.fixture
def among_others(two_releases: Project) -> Project:
    """A model that is in production and was partly taken back, beside tags of another one."""
    two_releases.mlvc("promote", "v0.1.0", "production")
    take_back(two_releases, "model@v0.2.0!")
    for tag in ("other@v1.0.0", "other@v1.0.0!", "other#canary#1", "other@v1.2"):
        two_releases.git("tag", "-a", tag, "-m", "x")
    return two_releases


def test_the_tags_of_one_model_are_told_alike_by_themselves_and_among_all(
    among_others: Project,
) -> None:
    alone, among = Opened.find(among_others.path), Opened.find(among_others.path)
    assert len(among.promotions) > len(among.promotions_of("model"))
    for project in (alone, among):
        assert [p.tag for p in project.promotions_of("model")] == ["model#production#1"]
        assert list(project.deregistered_of("model")) == ["model@v0.2.0"]
        assert project.promotions_of("no model") == ()
    assert alone.releases_of("model") == among.releases_of("model")


def test_promote_and_demote_read_the_tags_of_their_model_alone(among_others: Project) -> None:
    project = Opened.find(among_others.path)
    assert promote(project, Wanted("model@v0.1.0", "staging"), dry_run=True).tag
    assert demote(project, "production", dry_run=True).tags
    assert project.problems_met == ()  # nobody has met `other@v1.2`
    assert project.tag_problems
    assert names(among_others) == ["model@v0.1.0", "model@v0.2.0", "other@v1.0.0"]


def test_tags_that_are_read_while_something_else_is_done_are_those_that_there_are(
    among_others: Project,
) -> None:
    # More than a pipe has room for: git has to wait until they are read.
    among_others.git("tag", "-a", "model@v0.3.0", "-m", "x" * 100, "HEAD")
    file = among_others.path / "long"
    file.write_text("text\n" * 500_000, encoding="utf-8")
    among_others.git("tag", "-a", "model@v0.4.0", "-F", str(file), "HEAD")
    project, other = Opened.find(among_others.path), Opened.find(among_others.path)
    with project.tags.meanwhile("model"):
        head = project.repo.head
    among_others.git("tag", "-d", "model@v0.3.0")  # what was read is not read again
    assert [r.name for r in project.releases_of("model")][2:] == ["model@v0.3.0", "model@v0.4.0"]
    assert head == other.repo.head and len(other.releases_of("model")) == 3
    with project.tags.meanwhile("model"), project.tags.meanwhile("no model"):
        assert project.tags.of("no model").releases == ()


def test_a_failure_meanwhile_is_told_and_ends_git(among_others: Project) -> None:
    project = Opened.find(among_others.path)
    with pytest.raises(ZeroDivisionError), project.tags.meanwhile("model"):
        raise ZeroDivisionError
    assert len(project.releases_of("model")) == 2
