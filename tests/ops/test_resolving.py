"""Pipelines are resolved by DVC once, and known from then on."""

from pathlib import Path

import pytest

from mlvc.artifacts import loading
from mlvc.domain.pipeline import Pipeline
from mlvc.ops.project import Project as Opened
from mlvc.registry.trees import blobs
from tests.project import Project


def resolved(project: Project, **edits: bytes) -> Pipeline:
    """HEAD's pipeline with edits, as a new run finds it."""
    opened = Opened.find(project.path)
    files: dict[str, str | bytes] = {**blobs(opened.tree(opened.repo.head)), **edits}
    return opened.resolver.resolve(files, "HEAD")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What DVC is asked to load."""
    seen: list[str] = []
    real = loading.load

    def load(files: dict[str, bytes], where: str) -> Pipeline:
        seen.append(where)
        return real(files, where)

    monkeypatch.setattr(loading, "load", load)
    return seen


def test_a_pipeline_is_loaded_once(project: Project, loads: list[str]) -> None:
    first = resolved(project)
    assert resolved(project) == first
    assert len(loads) == 1


def test_loading_leaves_nothing_behind(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    opened = Opened.find(project.path)  # open to the end, for then its databases lose files
    assert opened.store.setup.state  # DVC's own folder for the project
    before = set((tmp_path / "site").rglob("*"))
    resolved(project)
    assert set((tmp_path / "site").rglob("*")) == before


def test_an_edit_is_known_again_as_a_commit(project: Project, loads: list[str]) -> None:
    edited = project.read("params.yaml").replace("weight: 1.0", "weight: 7.0")
    first = resolved(project, **{"params.yaml": edited.encode()})
    assert first != resolved(project)
    project.write("params.yaml", edited)
    project.commit("The same edit")
    assert resolved(project) == first
    assert len(loads) == 2


def test_what_defines_no_stage_makes_no_difference(project: Project, loads: list[str]) -> None:
    first = resolved(project)
    project.write("notes.txt", "words")
    project.commit("Words")
    assert resolved(project) == first
    assert len(loads) == 1


def test_other_settings_of_dvc_are_another_matter(project: Project, loads: list[str]) -> None:
    resolved(project)
    project.dvc("config", "--local", "parsing.list", "append")
    resolved(project)
    assert len(loads) == 2


def test_a_stage_is_locked_where_command_and_parameters_are_those_of_the_lock(
    project: Project,
) -> None:
    def locked(**edits: bytes) -> set[str]:
        return {s.address for s in resolved(project, **edits).stages if s.locked}

    everything = {stage.address for stage in resolved(project).stages}
    assert locked() == everything
    edited = project.read("params.yaml").replace("weight: 1.0", "weight: 7.0")
    assert everything - locked(**{"params.yaml": edited.encode()}) == {"train"}
    edited = project.read("dvc.yaml").replace("python train.py", "python -B train.py")
    assert everything - locked(**{"dvc.yaml": edited.encode()}) == {"train"}
