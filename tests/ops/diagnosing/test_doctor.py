"""`mlvc doctor`: what is wrong, why it matters and what to do."""

from pathlib import Path

import pytest

from mlvc.ops.diagnosing import diagnose
from mlvc.ops.project import Project as Opened
from tests.project import Project, run
from tests.releases import answer, state


def wrong(project: Project, *, remote: bool = False) -> dict[str, str]:
    """What is wrong, by kind."""
    found = diagnose(Opened.find(project.path), remote=remote)
    return {one.code: one.what for one in found.complaints}


def tag(project: Project, name: str, at: int, commit: str = "HEAD") -> None:
    """An annotated tag of plain Git, made at this time."""
    dated = {"GIT_COMMITTER_DATE": f"@{at} +0000"}
    run("git", "tag", "-a", "-m", "x", name, commit, cwd=project.path, env=dated)


def test_a_sound_project_has_nothing_wrong_and_is_not_changed(two_releases: Project) -> None:
    before = state(two_releases)
    done = two_releases.mlvc("doctor")
    assert (done.code, done.out) == (0, "Nothing is wrong.\n"), done.err
    assert done.err.startswith("note: none of mlvc's Git hooks are installed: `mlvc hooks install`")
    assert state(two_releases) == before


def test_each_complaint_says_what_why_and_what_to_do(two_releases: Project) -> None:
    two_releases.git("tag", "model@v0.3.0")
    done = two_releases.mlvc("doctor")
    assert done.code == 1
    what, why, todo = done.out.splitlines()
    assert what == "wrong: tag model@v0.3.0 is lightweight: releases are annotated tags"
    assert why.startswith("  why: ") and todo.startswith("  do:  ")
    found = answer(two_releases, "doctor", code=1)["complaints"]
    assert [one["code"] for one in found] == ["bad-tag"]


def test_tags_that_mislead_gto_are_told(two_releases: Project) -> None:
    later = int(two_releases.git("log", "-1", "--format=%ct")) + 10_000_000_000
    two_releases.write("notes.txt", "x\n")
    two_releases.commit("Notes")
    tag(two_releases, "model#production#1", later, "model@v0.2.0^{}")
    tag(two_releases, "model#production#2", later - 5, "model@v0.1.0^{}")
    assert wrong(two_releases) == {
        "dates": "model#production#2 is not dated after model#production#1"
    }
    tag(two_releases, "model#production#3", later + 1, "HEAD")
    tag(two_releases, "model@v0.2.1", later, "model@v0.2.0^{}")
    found = wrong(two_releases)
    assert set(found) == {"dates", "promoted-nothing", "two-versions"}
    assert found["promoted-nothing"].startswith("model#production#3 points at")
    assert found["two-versions"].endswith("is model@v0.2.0 and model@v0.2.1")


def test_a_withdrawn_release_that_a_merge_brought_back_is_told(two_releases: Project) -> None:
    old = two_releases.git("rev-parse", "HEAD")
    assert two_releases.mlvc("rollback", "--yes").code == 0
    assert wrong(two_releases) == {}
    two_releases.git("checkout", "--quiet", old, "--", "dvc.lock")
    two_releases.git("commit", "--quiet", "-m", "As it was")
    assert wrong(two_releases) == {"withdrawn": "HEAD has model@v0.2.0, which was withdrawn"}


def test_a_withdrawn_release_that_is_still_in_use_is_told(two_releases: Project) -> None:
    assert two_releases.mlvc("promote", "v0.1.0", "production").code == 0
    assert two_releases.mlvc("promote", "v0.2.0", "production").code == 0
    assert two_releases.mlvc("rollback", "--yes").code == 0
    assert wrong(two_releases) == {
        "withdrawn-in-use": "model@v0.2.0 is in production, and was withdrawn"
    }
    done = two_releases.mlvc("doctor")
    assert done.code == 1 and "`mlvc demote model#production`" in done.out
    assert two_releases.mlvc("demote", "model#production").code == 0
    assert wrong(two_releases) == {}


def test_what_a_crash_left_is_told_and_mended(two_releases: Project) -> None:
    (two_releases.path / ".dvc/tmp/mlvc/worktrees/0123").mkdir(parents=True)
    (two_releases.path / ".git/mlvc/at-work").touch()
    done = two_releases.mlvc("doctor")
    assert done.code == 1 and "mlvc recover" in done.out
    assert set(wrong(two_releases)) == {"interrupted", "leftovers"}
    done = two_releases.mlvc("doctor", "--fix")
    assert done.code == 0, done.out
    assert done.out.count("mended:") == 2 and done.out.endswith("Nothing is wrong.\n")
    assert wrong(two_releases) == {}


@pytest.mark.parametrize(
    ("value", "codes"),
    [("", {"unverified-remote"}), ("false", {"unverified-remote"}), ("True", set())],
)
def test_a_remote_that_dvc_does_not_verify_is_told(
    two_releases: Project, value: str, codes: set[str]
) -> None:
    setting = f"    verify = {value}\n" if value else ""
    two_releases.write(".dvc/config.local", f"['remote \"s\"']\n    url = /nowhere\n{setting}")
    assert set(wrong(two_releases)) == codes


def test_a_shallow_clone_is_told(two_releases: Project, tmp_path: Path) -> None:
    url = f"file://{two_releases.path}"
    run("git", "clone", "--quiet", "--depth=1", url, tmp_path / "clone", cwd=tmp_path)
    assert "shallow" in wrong(Project(tmp_path / "clone"))


def test_what_is_not_pushed_or_is_another_on_the_remote_is_told(
    two_releases: Project, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.git"
    two_releases.git("init", "--quiet", "--bare", str(bare))
    two_releases.git("remote", "add", "origin", str(bare))
    two_releases.git("push", "--quiet", "origin", "main", "model@v0.1.0")
    two_releases.git("update-ref", "refs/mlvc/evaluations", "HEAD")
    assert wrong(two_releases) == {}
    found = wrong(two_releases, remote=True)
    assert set(found) == {"unpushed-tags", "unpushed-evaluations"}
    assert found["unpushed-tags"] == "1 tag is not on origin: model@v0.2.0"
    advice = two_releases.mlvc("doctor", "--remote").out
    assert advice.count("  do:  `mlvc push`: it ") == len(found)
    two_releases.git("push", "--quiet", "origin", "--tags", "refs/mlvc/evaluations")
    assert wrong(two_releases, remote=True) == {}
    two_releases.git("update-ref", "refs/mlvc/evaluations", "HEAD~1")  # theirs has ours
    assert wrong(two_releases, remote=True) == {}
    run("git", "tag", "-f", "-a", "-m", "x", "model@v0.1.0", "main", cwd=bare)
    assert set(wrong(two_releases, remote=True)) == {"moved-tag"}


def test_a_git_remote_that_cannot_be_read_is_refused(two_releases: Project) -> None:
    done = two_releases.mlvc("doctor", "--remote")
    assert done.code == 13 and "Git remote 'origin' cannot be read" in done.err


MARKS = "<<<<<<< ours\na: 1\n=======\nb: 1\n>>>>>>> theirs\n"


@pytest.mark.parametrize(
    ("path", "more", "what", "todo"),
    [
        ("params.yaml", "mlvc: {gatez: []}\n", "params.yaml: mlvc.gatez is not a known key",
         "Did you mean gates?"),
        ("params.yaml", "mlvc: {gates: []}\nmlvc: {}\n",
         "params.yaml: mlvc is there twice, in lines 6 and 7", "Make one of the two"),
        ("params.yaml", MARKS, "params.yaml has conflict markers, from line 6 on", "Resolve them"),
        ("dvc.yaml", MARKS, "dvc.yaml has conflict markers, from line 37 on", "Resolve them"),
        ("dvc.lock", MARKS, "dvc.lock has conflict markers, from line 72 on", "Resolve them"),
        ("dvc.lock", "foo: [\n", "dvc.lock is not YAML: while parsing a flow node in line 73",
         "Mend dvc.lock."),
        ("dvc.lock", "stagez: {}\n", "the pipeline of the workspace cannot be loaded: DVC says",
         "Mend that"),
        ("dvc.yaml", "stagez: {}\n", "the pipeline of the workspace cannot be loaded: DVC says",
         "Mend that"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_makes_no_sense_is_told(
    two_releases: Project, path: str, more: str, what: str, todo: str
) -> None:
    right = two_releases.read(path)
    two_releases.write(path, right + more)
    for _ in range(2):
        (found,) = answer(two_releases, "doctor", code=1)["complaints"]
        assert found["what"].startswith(what) and found["why"] and todo in found["todo"]
        two_releases.git("commit", "--quiet", "--all", "--allow-empty", "-m", "Broken")
    two_releases.write(path, right)
    (found,) = answer(two_releases, "doctor", code=1)["complaints"]
    assert found["what"].startswith("at HEAD, ") and "Commit it" in found["todo"]
    two_releases.commit("Mended")
    assert two_releases.mlvc("doctor").out == "Nothing is wrong.\n"
