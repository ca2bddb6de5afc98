"""Several DVC projects in one repository: each names its models by itself, and tags are of all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.verifying.finding import statuses, verified
from tests.project import Project
from tests.releases import release, state

ARTIFACTS = "artifacts:\n  fraud: {path: m.bin}\n"


@pytest.fixture(scope="session")
def built_neighbours(isolated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The DVC projects ml1 and ml2, each with a model `fraud`; fraud@v0.1.0 is that of ml1."""
    outer = Project(tmp_path_factory.mktemp("neighbours") / "outer")
    outer.path.mkdir()
    outer.git("init", "--quiet")
    for name in ("ml1", "ml2"):
        inner = Project(outer.path / name)
        inner.path.mkdir()
        inner.dvc("init", "--quiet", "--subdir")
        inner.write("m.bin", name)
        inner.dvc("add", "--quiet", "m.bin")
        inner.write("dvc.yaml", ARTIFACTS)
    outer.commit("Two projects")
    release(Project(outer.path / "ml1"))
    return outer


@pytest.fixture
def outer(built_neighbours: Project, tmp_path: Path) -> Project:
    return built_neighbours.copy(tmp_path / "outer")


@pytest.fixture
def mixed(outer: Project) -> Project:
    """There is fraud@v0.2.0 of ml2, too, as where another clone made it meanwhile."""
    first = outer.git("rev-parse", "refs/tags/fraud@v0.1.0")
    outer.git("tag", "-d", "fraud@v0.1.0")
    outer.git("commit", "--quiet", "--allow-empty", "-m", "Another commit")
    release(Project(outer.path / "ml2"), "0.2.0")
    outer.git("update-ref", "refs/tags/fraud@v0.1.0", first)
    return outer


def test_a_name_that_another_dvc_project_released_is_refused(outer: Project) -> None:
    before = state(outer)
    done = Project(outer.path / "ml2").mlvc("tag")
    assert done.code == 1
    assert "fraud@v0.1.0 is of another DVC project (ml1)" in done.err
    assert "another name than fraud" in done.err
    assert state(outer) == before
    Project(outer.path / "ml2").write("dvc.yaml", ARTIFACTS.replace("fraud", "churn"))
    outer.commit("Another name")
    assert release(Project(outer.path / "ml2"))["name"] == "churn@v0.1.0"


def test_who_released_a_name_first_goes_on_with_it(mixed: Project) -> None:
    first, second = Project(mixed.path / "ml1"), Project(mixed.path / "ml2")
    for inner in (first, second):
        inner.write("m.bin", "new")
        inner.dvc("add", "--quiet", "m.bin")
    mixed.commit("New models")
    assert release(first)["name"] == "fraud@v0.2.1"
    assert "is of another DVC project (ml1)" in second.mlvc("tag").err


def test_a_release_of_another_project_is_not_called_forged(mixed: Project) -> None:
    first, second = Project(mixed.path / "ml1"), Project(mixed.path / "ml2")
    found = verified(first)
    assert statuses(found) == {"fraud@v0.1.0": "ok", "fraud@v0.2.0": "not of this project"}
    assert found["status"] == "ok"
    shown = first.mlvc("verify")
    assert shown.code == 0 and "forged" not in shown.out
    assert "fraud@v0.2.0 is of another DVC project (ml2)" in shown.out
    assert statuses(verified(second))["fraud@v0.2.0"] == "ok"
    for verb in ("verify", "rollback"):  # whoever names it wants it looked at
        done = first.mlvc(verb, "v0.2.0")
        assert done.code == 1, done
        assert "fraud@v0.2.0 is of another DVC project (ml2)" in done.err


def test_a_forged_release_beside_another_project_is_called_forged(outer: Project) -> None:
    text = outer.git("cat-file", "tag", "fraud@v0.1.0").split("\n\n", 1)[1]
    digest = next(line for line in text.splitlines() if line.startswith("Model-Digest"))
    forged = text.replace(digest, f"Model-Digest: sha256:{'0' * 64}")
    outer.git("tag", "-f", "-a", "--cleanup=verbatim", "-m", forged, "fraud@v0.1.0", "HEAD")
    found = verified(Project(outer.path / "ml1"), code=14)
    assert statuses(found) == {"fraud@v0.1.0": "forged"}


def another_path(outer: Project) -> Project:
    return Project(outer.path / "ml1")


def another_folder(outer: Project) -> Project:
    outer.git("mv", "ml1", "moved")
    return Project(outer.path / "moved")


def another_project(outer: Project) -> Project:
    Project(outer.path / "ml1").write("dvc.yaml", "artifacts: {}\n")
    return Project(outer.path / "ml2")


@pytest.mark.parametrize("move", [another_path, another_folder, another_project])
def test_a_model_that_moved_keeps_its_name(
    outer: Project, move: Callable[[Project], Project]
) -> None:
    inner = move(outer)
    inner.write("new.bin", "new")
    inner.dvc("add", "--quiet", "new.bin")
    inner.write("dvc.yaml", ARTIFACTS.replace("m.bin", "new.bin"))
    outer.commit("Moved")
    assert release(inner)["name"] == "fraud@v0.1.1"
