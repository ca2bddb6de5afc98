"""What pre-push holds back: real pushes to a real remote, with the DVC remote beside it."""

import shutil
from pathlib import Path

import pytest

from mlvc.hooks.pushing import Update, objections, updates
from tests.project import Project, run
from tests.releases import retrain, take_back

ZERO = "0" * 40


@pytest.fixture(scope="session")
def built_pushed(built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project and its remotes, which have both releases; never changed."""
    folder = tmp_path_factory.mktemp("pushed")
    project = built_two_releases.copy(folder / "project")
    project.git("init", "--quiet", "--bare", "../hub.git")
    project.git("remote", "add", "origin", "../hub.git")
    (folder / "store").mkdir()
    project.dvc("remote", "add", "--quiet", "--default", "storage", "../store")
    project.commit("Where objects go")
    assert project.mlvc("push").code == 0
    return folder


@pytest.fixture
def pushed(built_pushed: Path, tmp_path: Path) -> Project:
    """A copy of one's own."""
    shutil.copytree(built_pushed, tmp_path / "pushed", symlinks=True)
    return Project(tmp_path / "pushed" / "project")


def held_back(
    project: Project, *tags: str, old: str = ZERO, remote: str = "origin"
) -> dict[str, str]:
    """Which of these tags may not be pushed, and why."""
    ids = {tag: project.git("rev-parse", f"refs/tags/{tag}") for tag in tags}
    wanted = [Update(f"refs/tags/{tag}", one, old) for tag, one in ids.items()]
    return {one.what: one.why for one in objections(project.path, remote, wanted)}


def test_a_release_goes_out_when_its_data_is_there(pushed: Project) -> None:
    assert pushed.mlvc("hooks", "install").code == 0
    retrain(pushed, "weight: 2.0", "weight: 3.0")
    assert pushed.mlvc("tag").code == 0
    pushed.git("push", "--quiet", "origin", "main")  # a branch is no release
    done = run("git", "push", "origin", "model@v0.3.0", cwd=pushed.path, check=False)
    assert done.returncode == 1
    assert "mlvc: this push is refused\n  model@v0.3.0: DVC remote 'storage' lacks 1" in done.stderr
    assert "do: `mlvc push model@v0.3.0` sends them, then the tag.\n" in done.stderr
    assert pushed.mlvc("push", "model@v0.3.0").code == 0
    pushed.git("push", "--quiet", "origin", "--delete", "model@v0.3.0")
    pushed.git("push", "--quiet", "origin", "model@v0.3.0")


def test_a_tag_that_moved_stays(pushed: Project) -> None:
    tag = "model@v0.2.0"
    there = pushed.git("rev-parse", tag)
    assert held_back(pushed, tag, old=there) == {}
    pushed.git("tag", "--force", "-a", "-m", "Another", tag, "HEAD")
    here = pushed.git("rev-parse", tag)
    why = f"it has moved: on origin it is, or was, {there[:10]}, and here {here[:10]}"
    assert held_back(pushed, tag, old=there) == {tag: why}
    # Known from the last push, even where it was deleted on the remote meanwhile.
    assert held_back(pushed, tag) == {tag: why}


def test_a_tag_that_moved_here_stays(pushed: Project) -> None:
    assert pushed.mlvc("verify").code == 0  # sees the tags for the first time
    pushed.git("tag", "--force", "-a", "-m", "Another", "model@v0.2.0", "HEAD~1")
    (why,) = held_back(pushed, "model@v0.2.0", remote="elsewhere").values()
    assert why.startswith("tag model@v0.2.0 has moved: it was")


def test_tags_that_are_no_releases_are_told(pushed: Project) -> None:
    pushed.git("tag", "model@v9.0.0")
    pushed.git("tag", "-a", "-m", "x", "model#production#9", "HEAD")
    pushed.git("tag", "release-1")
    assert held_back(pushed, "model@v9.0.0", "model#production#9", "release-1") == {
        "model@v9.0.0": "tag model@v9.0.0 is lightweight:"
        " releases and promotions are annotated tags",
        "model#production#9": "its commit is no release",
    }


def test_a_gate_that_fails_holds_back_what_plain_gto_tagged(pushed: Project) -> None:
    retrain(pushed, "weight: 2.0", "weight: 3.0")
    pushed.write("params.yaml", pushed.read("params.yaml") + GATE)
    pushed.commit("A gate")
    pushed.dvc("push", "--quiet")
    run("gto", "register", "model", "--version", "v0.3.0", cwd=pushed.path)
    assert held_back(pushed, "model@v0.3.0") == {
        "model@v0.3.0": "it was not tagged by mlvc, and its gate says FAIL"
    }
    pushed.git("tag", "--delete", "model@v0.3.0")
    assert pushed.mlvc("tag", "v0.3.0", "--allow-failing", "a try").code == 0
    assert held_back(pushed, "model@v0.3.0") == {}


GATE = "mlvc: {gates: [{metric: accuracy, min: 1.0}]}\n"


def test_promotions_of_plain_gto_are_asked_what_mlvc_would_ask(pushed: Project) -> None:
    assert pushed.mlvc("promote", "v0.1.0", "staging").code == 0
    rules = "mlvc: {environments: {production: {requires: staging}}}\n"
    pushed.write("params.yaml", pushed.read("params.yaml") + rules)
    run("gto", "assign", "model", "--version", "v0.2.0", "--stage", "production", cwd=pushed.path)
    found = held_back(pushed, "model#staging#1", "model#production#2")
    assert list(found) == ["model#production#2"]
    assert "staging" in found["model#production#2"]


def test_deletions_and_other_refs_are_none_of_its_business(pushed: Project) -> None:
    deleted = f"(delete) {ZERO} refs/tags/model@v0.1.0 {'1' * 40}\n"
    text = f"{deleted}refs/heads/a {'2' * 40} refs/heads/a@v1 {ZERO}\n"
    assert len(updates(text)) == 2
    assert objections(pushed.path, "origin", updates(text)) == ()


def test_a_release_may_always_be_taken_back(pushed: Project) -> None:
    take_back(pushed, "model@v0.2.0!")
    shutil.rmtree(pushed.path.parent / "store")
    assert held_back(pushed, "model@v0.2.0!") == {}
