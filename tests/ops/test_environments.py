"""Names of environments: what is in one is told by its tags, as GTO reads them."""

import pytest

from tests.ops.test_tagging_peers import gto
from tests.project import Project, run
from tests.releases import answer

START = 1_900_000_000


def promote(project: Project, tag: str, version: str) -> None:
    """A promotion tag on a release's commit, each dated after the one before."""
    number = int(tag.rpartition("#")[2])
    date = {"GIT_COMMITTER_DATE": f"@{START + number} +0000"}
    commit = project.git("rev-parse", f"model@v{version}^{{commit}}")
    run("git", "tag", "-a", tag, "-m", "x", commit, cwd=project.path, env=date)


def in_production(project: Project) -> list[str]:
    return [row["version"] for row in gto(project, "show", "model#production")]


def test_what_is_in_an_environment_is_what_gto_says(two_releases: Project) -> None:
    for tag, version, now in (
        ("model#production#1", "0.1.0", "0.1.0"),
        ("model#production#2", "0.2.0", "0.2.0"),
        ("model#production!#3", "0.2.0", "0.1.0"),
        ("model#production#10", "0.2.0", "0.2.0"),
    ):
        promote(two_releases, tag, version)
        shown = two_releases.mlvc("show", "production")
        assert shown.code == 0 and shown.out.startswith(f"model@v{now}\n" if now == "0.1.0" else
                                                        f"model@v{now} "), shown  # fmt: skip
        assert in_production(two_releases) == [f"v{now}"]
    assert "→ model@v0.2.0" in two_releases.mlvc("diff", "0.1.0", "model#production").out


def test_an_environment_that_is_empty_again_says_so(two_releases: Project) -> None:
    promote(two_releases, "model#production#1", "0.1.0")
    promote(two_releases, "model#production!#2", "0.1.0")
    done = two_releases.mlvc("show", "production")
    assert done.code == 13 and "nothing of model is in production" in done.err
    assert in_production(two_releases) == []


def test_an_environment_that_nobody_ever_used_names_nothing(two_releases: Project) -> None:
    done = two_releases.mlvc("show", "production")
    assert done.code == 13 and "names no release and no commit" in done.err


def test_an_environment_that_is_also_a_branch_is_refused(two_releases: Project) -> None:
    promote(two_releases, "model#production#1", "0.1.0")
    two_releases.git("branch", "production")
    done = two_releases.mlvc("show", "production")
    assert done.code == 2 and "an environment and a Git revision" in done.err
    assert "`model#production`" in done.err and "`refs/heads/production`" in done.err
    assert two_releases.mlvc("show", "model#production").out.startswith("model@v0.1.0")
    assert two_releases.mlvc("show", "refs/heads/production").out.startswith("model@v0.2.0")


@pytest.mark.parametrize("name", ["HEAD", "model"])
def test_an_environment_with_the_name_of_something_else(two_releases: Project, name: str) -> None:
    promote(two_releases, f"model#{name}#1", "0.1.0")
    done = two_releases.mlvc("show", name)
    if name == "HEAD":
        assert done.out.startswith("model@v0.2.0")
    else:
        assert done.code == 2 and "an environment and a model" in done.err
    assert two_releases.mlvc("show", f"model#{name}").out.startswith("model@v0.1.0")


def test_a_tag_that_promotes_no_commit_counts_for_nothing(two_releases: Project) -> None:
    promote(two_releases, "model#production#1", "0.1.0")
    two_releases.git("tag", "-a", "model#production#2", "-m", "x", "HEAD:train.py")
    two_releases.git("tag", "model#production#3")
    assert two_releases.mlvc("show", "production").out.startswith("model@v0.1.0")


def test_list_tells_where_a_release_is_in_use(two_releases: Project) -> None:
    promote(two_releases, "model#staging#1", "0.2.0")
    promote(two_releases, "model#production#2", "0.1.0")
    promote(two_releases, "model#canary#3", "0.2.0")
    rows = two_releases.mlvc("list").out.splitlines()[1:]
    assert [" production  " in rows[0], " current, canary, staging  " in rows[1]] == [True, True]
    told = [row["environments"] for row in answer(two_releases, "list")["releases"]]
    assert told == [["production"], ["canary", "staging"]]
    assert answer(two_releases, "show", "0.2.0")["environments"] == ["canary", "staging"]
    assert "\nin       canary, staging\n" in two_releases.mlvc("show").out
