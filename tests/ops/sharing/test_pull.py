"""`mlvc pull`: what is new elsewhere is here, and nothing that was here is touched."""

import pytest

from mlvc.errors import Exit, MlvcError
from tests.ops.sharing.conftest import Team, promote, pulled, pushed
from tests.releases import answer, names, state, take_back


def test_new_tags_and_commits_come_and_the_workspace_stays(team: Team) -> None:
    pushed(team.one, "v0.1.0")
    two = team.clone()
    tag = promote(team.one, 1)
    team.one.write("notes", "one")
    tip = team.one.commit("On")
    pushed(team.one)
    before = state(two)
    done = answer(two, "pull")
    assert done["tags"] == [tag, "model@v0.2.0"]
    assert names(two) == ["model@v0.1.0", "model@v0.2.0"]
    after = state(two)
    assert {key for key in after if after[key] != before[key]} == {"refs"}
    assert two.git("rev-parse", "refs/remotes/origin/main") == tip
    two.git("merge", "--quiet", "--ff-only", "origin/main")
    assert two.mlvc("pull").out == "No new tags or evaluations on origin\n"


def test_commits_that_came_are_told_with_what_takes_them_over(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    for text in ("one", "two", "three"):
        team.one.write("notes", text)
        team.one.commit(text)
    pushed(team.one)
    team.one.git("push", "--quiet", "origin", "HEAD~1:refs/heads/known", "HEAD:refs/heads/other")
    done = two.mlvc("pull")
    assert done.out.startswith("Pulled from origin\n"), done.err
    assert "main   3 new commits\n" in done.out
    merge = "git merge --ff-only origin/main"
    note = f"your branch main lacks 3 commits of origin/main: `{merge}`"
    assert f"note: {note}\n" in done.out
    again = pulled(two)
    assert (again.commits, again.notes) == ({}, (note,))
    two.git(*merge.split()[1:])
    assert two.read("notes") == "three"
    assert pulled(two).notes == ()


def test_one_commit_beside_commits_of_ones_own_is_merged(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    two.write("mine", "x")
    two.commit("Mine")
    team.one.write("notes", "x")
    team.one.commit("Theirs")
    pushed(team.one)
    done = two.mlvc("pull")
    assert "main  1 new commit\n" in done.out
    assert "lacks 1 commit of origin/main: `git merge origin/main`" in done.out
    two.git("merge", "--quiet", "--no-edit", "origin/main")
    two.git("push", "--quiet", "origin", "main")
    assert pulled(two).notes == ()
    pushed(team.one)  # which looks what is there
    assert pulled(team.one).notes == (
        "your branch main lacks 2 commits of origin/main: `git merge --ff-only origin/main`",
    )
    team.one.git("switch", "--quiet", "--detach")
    assert pulled(team.one).notes == ()


def test_objects_come_proven(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    spoilt = team.objects[0]
    spoilt.chmod(0o644)
    content = spoilt.read_bytes()
    spoilt.write_bytes(content[::-1])
    spoilt.chmod(0o444)
    with pytest.raises(MlvcError) as caught:
        pulled(two, data=True)
    assert caught.value.code == Exit.CORRUPT
    spoilt.chmod(0o644)
    spoilt.write_bytes(content)
    assert pulled(two, "v0.1.0", data=True).objects == 3


def test_names_without_data_are_refused(team: Team) -> None:
    with pytest.raises(MlvcError, match="whose objects"):
        pulled(team.one, "v0.1.0")


def test_what_passes_for_another_tag_is_left_out(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    signed = team.hub.git("rev-parse", "refs/tags/model@v0.1.0")
    team.hub.git("update-ref", "refs/tags/model@v9.0.0", signed)
    team.hub.git("update-ref", "refs/tags/model@v8.0.0", "refs/heads/main")
    done = pulled(two)
    assert done.tags == ()
    assert done.notes == (
        "left out: tag model@v8.0.0 is lightweight: releases and promotions are annotated tags",
        "left out: tag model@v9.0.0 says of itself that it is model@v0.1.0",
    )
    assert two.git("tag", "--list", "model@v[89]*") == ""


def test_a_moved_tag_is_not_followed_even_by_a_mirror_and_the_rest_comes(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    two.git("config", "remote.origin.fetch", "+refs/*:refs/*")
    pulled(two)
    mine = two.git("rev-parse", "refs/tags/model@v0.1.0")
    tag = promote(team.one, 1, "model@v0.2.0")
    pushed(team.one)
    team.hub.git("tag", "--force", "-a", "-m", "moved", "model@v0.1.0", "refs/heads/main")
    with pytest.raises(MlvcError, match="moved on 'origin' since first seen") as caught:
        pulled(two)
    assert caught.value.code == Exit.CORRUPT
    assert two.git("rev-parse", "refs/tags/model@v0.1.0") == mine
    assert two.git("tag", "--list", "model#*") == tag


def test_what_gto_takes_back_here_is_taken_back_everywhere(team: Team) -> None:
    one, tag = team.one, "model@v0.2.0!"
    pushed(one)
    two = team.clone()
    for project in (one, two):
        take_back(project, tag)
    assert f"1 tag is not on origin: {tag}" in one.mlvc("doctor", "--remote").out
    two.git("tag", "-d", tag)
    for path in team.objects:  # what is lost can be taken back all the same
        path.unlink()
    assert pushed(one).tags == (tag,)
    assert pulled(two).tags == (tag,)
    assert answer(two, "which", "v0.2.0")["withdrawn"] == ["model@v0.2.0"]


def test_two_that_take_back_at_once_are_told_how_to_agree(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    for project, why in ((team.one, "bad"), (two, "worse")):
        take_back(project, "model@v0.2.0!#3", why)
    pushed(team.one)
    with pytest.raises(MlvcError) as caught:
        pulled(two)
    assert caught.value.hint.startswith("Give yours up, `git tag -d 'model@v0.2.0!#3'`")
    two.git("tag", "-d", "model@v0.2.0!#3")
    assert pulled(two).tags == ("model@v0.2.0!#3",)
