"""States of a repository in which a rollback works, and what it then does."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.ops.rollback.conftest import retrain
from tests.ops.rollback.states import assert_whole, cached, md5, refused, rolled_back, same_as
from tests.project import PYTHON, Project, run
from tests.releases import current, withdrawn


@pytest.mark.parametrize("how", ["HEAD~2", "full", "short"])
def test_any_commit_can_be_gone_back_to(released: Project, how: str) -> None:
    old = released.git("rev-parse", "HEAD~2")
    rolled_back(released, {"full": old, "short": old[:9]}.get(how, how))
    assert same_as(released, "v0.1.0")
    assert_whole(released)
    assert "Rollback-To: model@v0.1.0" in released.git("log", "-1", "--format=%B")


def test_a_commit_without_a_release_is_recorded_by_its_id(released: Project) -> None:
    retrain(released, "bias: 0.7", "bias: 0.9")
    between = released.git("rev-parse", "HEAD")
    model = md5(released.path / "model.bin")
    retrain(released, "bias: 0.9", "bias: 1.1")
    head = released.git("rev-parse", "HEAD")
    rolled_back(released, "HEAD~1")
    assert md5(released.path / "model.bin") == model
    body = released.git("log", "-1", "--format=%B")
    assert f"Rollback-From: {head}\nRollback-To: {between}\n" in body
    again = rolled_back(released, between)
    assert again.out == f"Nothing to do: HEAD is at {between[:10]} already.\n"


def test_an_unreleased_head_goes_back_to_the_newest_release(released: Project) -> None:
    retrain(released, "bias: 0.7", "bias: 0.9")
    head = released.git("rev-parse", "HEAD")
    rolled_back(released, "--yes")
    assert same_as(released, "v0.3.0")
    assert f"Rollback-From: {head}" in released.git("log", "-1", "--format=%B")


@pytest.mark.parametrize("detached", [False, True])
def test_a_new_branch_takes_the_commit_and_head(released: Project, detached: bool) -> None:
    head = released.git("rev-parse", "HEAD")
    if detached:
        released.git("switch", "--quiet", "--detach")
    rolled_back(released, "v0.1.0", "--branch", "back/to-one")
    assert released.git("symbolic-ref", "HEAD") == "refs/heads/back/to-one"
    assert released.git("rev-parse", "main") == head == released.git("rev-parse", "HEAD~1")
    assert same_as(released, "v0.1.0")
    assert_whole(released)
    released.git("switch", "--quiet", "main")
    released.dvc("checkout")
    assert_whole(released)


REASONS = ("two\nlines", "x\nRollback-To: model@v9.9.9", "back\\slash", " é ☃ ", "Verdict: PASS")


@pytest.mark.parametrize("reason", [*REASONS, os.fsdecode(b"\xff")])
def test_a_reason_is_kept_and_never_read_as_a_trailer(released: Project, reason: str) -> None:
    rolled_back(released, "v0.1.0", "--reason", reason)
    body = released.git("log", "-1", "--format=%B")
    assert [line for line in body.splitlines() if line.startswith("Rollback-To:")] == [
        "Rollback-To: model@v0.1.0"
    ]
    assert sum(line.startswith("Rollback-Reason: ") for line in body.splitlines()) == 1
    done = released.mlvc("history", "--json")
    assert done.code == 0, done.err
    assert json.dumps(reason) in done.out
    assert current(released) == ["model@v0.1.0"]


def judge(project: Project, verdicts: dict[str, str]) -> None:
    """Give releases other verdicts, as their gate would have."""
    for version, verdict in verdicts.items():
        name = f"model@{version}"
        text = project.git("cat-file", "-p", f"refs/tags/{name}").split("\n\n", 1)[1]
        assert "Verdict: NONE" in text
        message = text.replace("Verdict: NONE", f"Verdict: {verdict}")
        commit = project.git("rev-parse", f"{name}^{{commit}}")
        project.git("tag", "-f", "-a", "--cleanup=verbatim", "-m", message, name, commit)


@pytest.mark.parametrize("verdict", ["FAIL", "INCONCLUSIVE", "NONE", "ERROR"])
def test_a_release_that_did_not_pass_is_skipped(released: Project, verdict: str) -> None:
    judge(released, {"v0.1.0": "PASS", "v0.3.0": "FAIL"})
    if verdict != "NONE":
        judge(released, {"v0.2.0": verdict})
    rolled_back(released)
    assert same_as(released, "v0.1.0")


def test_where_none_passed_there_is_no_last_good_release(released: Project) -> None:
    judge(released, {"v0.1.0": "FAIL", "v0.2.0": "INCONCLUSIVE"})
    refused(released, "--yes", code=13, says=("no last good release",))


def side_rolled_back(project: Project) -> None:
    """A rollback to v0.2.0 on branch `side`, while main moved on."""
    rolled_back(project, "v0.2.0", "--branch", "side")
    project.git("switch", "--quiet", "main")
    project.dvc("checkout", "--quiet")
    project.write("notes.txt", "main moved on\n")
    project.commit("Main")


def test_a_merged_rollback_counts(released: Project) -> None:
    side_rolled_back(released)
    released.git("merge", "--quiet", "--no-edit", "side")
    released.dvc("checkout", "--quiet")
    assert (current(released), withdrawn(released)) == (["model@v0.2.0"], ["model@v0.3.0"])
    rolled_back(released, "--yes")
    assert current(released) == ["model@v0.1.0"]
    assert released.read("notes.txt") == "main moved on\n"
    assert_whole(released)


def test_a_rollback_whose_content_a_merge_threw_away_can_be_made_again(released: Project) -> None:
    side_rolled_back(released)
    released.git("merge", "--quiet", "--no-edit", "--strategy", "ours", "side")
    assert current(released) == ["model@v0.3.0"]
    done = rolled_back(released, "--yes")
    assert "had been withdrawn before, and came back" in done.out
    assert current(released) == ["model@v0.2.0"]
    assert_whole(released)


HOOKS = ("pre-commit", "commit-msg", "post-commit", "post-checkout", "reference-transaction")


def test_commit_hooks_do_not_run(released: Project) -> None:
    ran = released.path.parent / "ran"
    for name in HOOKS:
        hook = released.write(f".git/hooks/{name}", f"#!/bin/sh\necho {name} >> '{ran}'\nexit 1\n")
        hook.chmod(0o755)
    rolled_back(released, "v0.1.0")
    assert not ran.exists()
    assert_whole(released)


def from_hook(project: Project, name: str) -> Path:
    """A hook of the project that rolls back; where its output goes."""
    said = project.path.parent / "said"
    command = f"'{PYTHON}' -I -m mlvc rollback v0.1.0 > '{said}' 2>&1"
    project.write(f".git/hooks/{name}", f"#!/bin/sh\n{command}\n").chmod(0o755)
    return said


def test_a_rollback_runs_from_inside_a_hook(released: Project) -> None:
    said = from_hook(released, "post-commit")
    released.write("notes.txt", "mine\n")
    released.git("commit", "--quiet", "--message", "Mine", "notes.txt")
    assert "Rolled back model" in said.read_text()
    assert released.git("log", "-2", "--format=%s") == "Roll back model to v0.1.0\nMine"
    assert released.read("notes.txt") == "mine\n"
    assert_whole(released)


def test_while_git_commits_a_rollback_is_refused(released: Project) -> None:
    said = from_hook(released, "pre-commit")
    released.write("notes.txt", "mine\n")
    released.git("commit", "--quiet", "--all", "--message", "Mine", check=False)
    assert "index.lock" in said.read_text()
    assert "train.py" not in released.git("status", "--porcelain")
    assert released.git("fsck", "--strict", "--no-dangling") == ""


def test_variables_of_another_repository_do_not_lead_there(
    released: Project, empty_beside: Project
) -> None:
    other = empty_beside.path / ".git"
    env = {
        "GIT_DIR": str(other),
        "GIT_INDEX_FILE": str(other / "index"),
        "GIT_WORK_TREE": str(empty_beside.path),
        "GIT_OBJECT_DIRECTORY": str(other / "objects"),
    }
    rolled_back(released, "v0.1.0", env=env)
    assert same_as(released, "v0.1.0")
    assert_whole(released)
    assert not (other / "index").exists()


@pytest.fixture
def empty_beside(tmp_path: Path) -> Project:
    other = Project(tmp_path / "other")
    other.path.mkdir()
    other.git("init", "--quiet")
    return other


@pytest.mark.parametrize("kind", ["hardlink", "symlink", "copy"])
def test_the_link_type_of_the_cache_is_honoured(released: Project, kind: str) -> None:
    released.dvc("config", "--local", "cache.type", kind)
    rolled_back(released, "v0.1.0")
    model = released.path / "model.bin"
    object_ = cached(released, model)
    assert model.is_symlink() == (kind == "symlink")
    assert model.samefile(object_) == (kind != "copy")
    assert_whole(released)
    if kind == "copy":
        before = object_.read_bytes()
        model.write_text("written over\n")
        assert object_.read_bytes() == before
    else:
        assert not model.stat().st_mode & 0o222


def test_a_linked_worktree_is_rolled_back_alone(released: Project) -> None:
    linked = Project(released.path.parent / "linked")
    released.git("worktree", "add", "--quiet", "-b", "other", str(linked.path))
    linked.dvc("config", "--local", "cache.dir", str(released.path / ".dvc/cache"))
    linked.dvc("checkout", "--quiet")
    head, model = released.git("rev-parse", "main"), md5(released.path / "model.bin")
    rolled_back(linked, "v0.1.0")
    assert same_as(linked, "v0.1.0")
    assert_whole(linked)
    assert released.git("rev-parse", "main") == head
    assert md5(released.path / "model.bin") == model
    assert_whole(released)


def test_a_project_in_a_subfolder_is_rolled_back_alone(
    built_project: Project, tmp_path: Path
) -> None:
    project = built_project.copy(tmp_path / "project")
    shutil.rmtree(project.path / ".dvc")
    project.write("top.txt", "of the repository\n")
    inner = Project(project.path / "sub")
    inner.path.mkdir()
    for name in ("prepare.py", "train.py", "evaluate.py", "params.yaml", "dvc.yaml", "data"):
        shutil.move(project.path / name, inner.path / name)
    project.git("rm", "--quiet", "--cached", "-r", ".")
    for name in ("dvc.lock", "model.bin", "predictions.csv", ".gitignore", ".dvcignore"):
        (project.path / name).unlink()
    inner.dvc("init", "--quiet", "--subdir")
    for weight in ("1.0", "2.0"):
        inner.set_param("weight: 1.0", f"weight: {weight}")
        inner.dvc("repro", "--quiet")
        project.commit(f"Weight {weight}")
        assert inner.mlvc("tag").code == 0
    project.write("top.txt", "dirty\n")
    first = md5(inner.path / "model.bin")
    rolled_back(inner, "v0.1.0")
    assert md5(inner.path / "model.bin") != first
    assert "weight: 1.0" in inner.read("params.yaml")
    assert project.git("status", "--porcelain") == " M top.txt"
    assert inner.dvc("status") == "Data and pipelines are up to date."
    assert project.read("top.txt") == "dirty\n"


def test_json_says_all_that_was_done(released: Project) -> None:
    released.write("train.py", "mine\n")
    done = rolled_back(released, "v0.1.0", "--json", "--force", "--reason", "why")
    assert done.err == ""
    answer = json.loads(done.out)
    assert (answer["schema"], answer["kind"]) == (1, "rollback")
    assert answer["commit"] == released.git("rev-parse", "HEAD")
    assert (answer["from"], answer["to"]) == ("model@v0.3.0", "model@v0.1.0")
    assert (answer["branch"], answer["scope"], answer["reason"]) == ("main", "lineage", "why")
    assert answer["files"]["train.py"] == "restore"
    outputs = sorted(out["path"] for out in answer["outputs"])
    assert outputs == ["data/clean.csv", "model.bin", "predictions.csv"]
    assert [Path(path).read_text() for path in answer["saved"]] == ["mine\n"]
    assert answer["stale"] == []


def test_a_rollback_works_from_a_folder_inside(released: Project) -> None:
    command = (PYTHON, "-I", "-m", "mlvc", "rollback", "v0.1.0")
    run(*command, cwd=released.path / "data")
    assert same_as(released, "v0.1.0")
    assert_whole(released)
