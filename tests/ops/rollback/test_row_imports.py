"""What other repositories or addresses supply: restored with the pinned lock, never updated."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.ops.rollback.rows import (
    assert_refused,
    assert_settled,
    assert_sound,
    roll_back,
    step,
)
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: cat data/* > model.bin
    deps: [data]
    outs: [model.bin]
artifacts:
  m: {path: model.bin}
"""


@pytest.fixture(scope="session")
def built_importing(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another repository, which has a folder `data`, and a pipeline that imported two of it."""
    place = tmp_path_factory.mktemp("importing") / "place"
    source, project = built_empty.copy(place / "source"), built_empty.copy(place / "project")
    step(source, {"data/a": "a1 ", "data/b": "b1 "}, "data")
    project.write("dvc.yaml", YAML)
    project.dvc("import", "--quiet", str(source.path), "data")
    step(project, {"notes.txt": "one"})
    step(source, {"data/a": "a2 "}, "data")
    project.dvc("update", "--quiet", "data.dvc")
    step(project, {"notes.txt": "two"})
    step(source, {"data/a": "a3 "}, "data")
    shutil.copytree(place, place.with_name("built"), symlinks=True)
    return place


@pytest.fixture
def importing(built_importing: Path) -> Project:
    """A pipeline on imported data, in two versions; the source has a third."""
    # Each test has them in the same place: an import says where its source is.
    shutil.rmtree(built_importing)
    for name in ("source", "project"):
        copied = Project(built_importing.with_name("built") / name).copy(built_importing / name)
    return copied


@pytest.fixture
def source(importing: Project) -> Project:
    """What `importing` imports from."""
    return Project(importing.path.with_name("source"))


def assert_first(project: Project) -> None:
    assert project.read("model.bin") == project.read("data/a") + project.read("data/b") == "a1 b1 "
    assert project.git("diff", "--name-only", "HEAD~2", "HEAD") == "notes.txt"
    assert_sound(project)


def test_an_import_comes_back_with_its_pinned_lock(importing: Project) -> None:
    done = roll_back(importing, "HEAD~1")
    assert_first(importing)
    assert "update available" not in done.out
    assert "update available" in importing.dvc("status")


def test_an_import_whose_source_is_gone_comes_back(importing: Project, source: Project) -> None:
    shutil.rmtree(source.path)
    roll_back(importing, "HEAD~1")
    assert_first(importing)


def pinned(project: Project, path: str, revision: str) -> list[Path]:
    """The cached objects of a `.dvc` file's output at a revision, that of the output first."""
    row = yaml.safe_load(project.git("show", f"{revision}:{path}"))["outs"][0]
    objects = [object_of(project, row["md5"])]
    if row["md5"].endswith(".dir"):
        objects += [object_of(project, r["md5"]) for r in json.loads(objects[0].read_bytes())]
    return objects


def object_of(project: Project, md5: str) -> Path:
    return project.path / ".dvc/cache/files/md5" / md5[:2] / md5[2:]


def spoil(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("spoilt")
    path.chmod(0o444)


def test_what_the_cache_lacks_of_an_import_is_fetched_from_its_source(importing: Project) -> None:
    for path in pinned(importing, "data.dvc", "HEAD~1"):
        path.unlink()
    roll_back(importing, "HEAD~1")
    assert_first(importing)


def test_what_the_source_of_an_import_corrupted_never_arrives(
    importing: Project, source: Project
) -> None:
    manifest, *objects = pinned(importing, "data.dvc", "HEAD~1")
    for path in (manifest, *objects):
        path.unlink()
    spoil(source.path / objects[0].relative_to(importing.path))
    assert_refused(importing, "HEAD~1", says=("data", "intact", "Nothing was touched"))
    assert not objects[0].exists()


def test_an_import_from_where_head_does_not_import_is_not_fetched(importing: Project) -> None:
    for path in pinned(importing, "data.dvc", "HEAD~1"):
        path.unlink()
    text = importing.read("data.dvc")
    source = yaml.safe_load(text)["deps"][0]["repo"]["url"]
    importing.write("data.dvc", text.replace(source, source + "-moved"))
    importing.commit("It has moved")
    done = assert_refused(importing, "HEAD~2", says=(source, "data.dvc at HEAD", "git restore"))
    assert done.code == 13


FROM_URL = """\
stages:
  train:
    cmd: cp data.txt model.bin
    deps: [data.txt]
    outs: [model.bin]
artifacts:
  m: {path: model.bin}
"""


def test_an_imported_url_comes_back_with_its_pinned_lock(empty: Project, tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.write_text("one")
    empty.write("dvc.yaml", FROM_URL)
    empty.dvc("import-url", "--quiet", str(there), "data.txt")
    step(empty, {"notes.txt": "one"})
    there.write_text("two, longer")
    empty.dvc("update", "--quiet", "data.txt.dvc")
    step(empty, {"notes.txt": "two"})
    there.unlink()
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == empty.read("data.txt") == "one"
    assert empty.git("diff", "--name-only", "HEAD~2", "HEAD") == "notes.txt"
    assert_settled(empty)


def test_an_import_that_could_be_updated_can_be_released(importing: Project) -> None:
    done = importing.mlvc("tag", "0.1.0")
    assert done.code == 0, done.err


OWN = """\
stages:
  train:
    cmd: cp in.txt model.bin && cp in.txt other.bin
    deps: [in.txt]
    outs:
      - model.bin: {remote: apart}
      - other.bin
artifacts:
  m: {path: model.bin}
"""


@pytest.fixture(scope="session")
def built_apart(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("apart") / "project")
    for name in ("apart", "common"):
        project.dvc("remote", "add", "--quiet", name, f"../{name}")
    project.dvc("remote", "default", "--quiet", "common")
    step(project, {"dvc.yaml": OWN, "in.txt": "one"})
    project.dvc("push", "--quiet")
    shutil.rmtree(project.path / ".dvc/cache/files")
    step(project, {"in.txt": "two"})
    return project


@pytest.fixture
def apart(built_apart: Project, tmp_path: Path) -> Project:
    """A model that has a remote of its own, in two versions; the first is on the remotes only."""
    for name in ("apart", "common"):
        shutil.copytree(built_apart.path.with_name(name), tmp_path / name)
    return built_apart.copy(tmp_path / "project")


def test_an_output_is_fetched_from_its_own_remote(apart: Project, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "common")
    (tmp_path / "common").mkdir()
    roll_back(apart, "HEAD~1")
    assert apart.read("model.bin") == "one"
    assert_settled(apart)


def test_what_an_own_remote_corrupted_never_reaches_the_model(
    apart: Project, tmp_path: Path
) -> None:
    for path in (tmp_path / "apart").rglob("*"):
        if path.is_file():
            spoil(path)
    done = assert_refused(apart, "HEAD~1", says=("model.bin", "'apart'", "intact"))
    assert done.code == 14


def test_an_own_remote_that_is_not_configured_is_named(apart: Project) -> None:
    apart.dvc("remote", "remove", "apart")
    apart.write("dvc.yaml", OWN.replace(": {remote: apart}", ""))
    apart.commit("No remote of its own")
    shutil.rmtree(apart.path.parent / "common")
    assert_refused(apart, "HEAD~2", says=("model.bin", "'apart'", "dvc remote add apart"))
