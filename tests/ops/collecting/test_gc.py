"""`mlvc gc` on real pipelines: what it removes, what it says, and when it removes nothing."""

import shutil
from pathlib import Path

import pytest

from tests.ops.collecting.histories import History
from tests.ops.rollback.test_objects import cache, object_of
from tests.project import Project
from tests.releases import answer, retrain


def model_of(project: Project) -> Path:
    """The cached object of the model at HEAD."""
    project.git("tag", "--force", "now")
    found = object_of(project, "now", "model.bin")
    project.git("tag", "--delete", "now")
    return found


def objects(project: Project) -> set[Path]:
    return {path for path in cache(project).rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def built_litter(built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two releases, and between them and HEAD a state that nothing names."""
    project = built_two_releases.copy(tmp_path_factory.mktemp("litter") / "project")
    retrain(project, "weight: 2.0", "weight: 3.0")
    retrain(project, "weight: 3.0", "weight: 4.0")
    return project


@pytest.fixture
def littered(built_litter: Project, tmp_path: Path) -> Project:
    """A copy of one's own."""
    return built_litter.copy(tmp_path / "project")


def test_what_no_release_names_goes_and_every_release_can_be_restored(littered: Project) -> None:
    before = objects(littered)
    plan = answer(littered, "gc", "--grace", "0", "--dry-run")
    assert plan["done"] is False and objects(littered) == before
    done = answer(littered, "gc", "--grace", "0")
    (place,) = done["places"]
    assert place["objects"] == len(before - objects(littered)) == len(place["digests"]) > 0
    assert place["digests"] == plan["places"][0]["digests"]
    assert done["counts"]["release"] == 2
    for release, weight in (("v0.1.0", "1.0"), ("v0.2.0", "2.0")):
        assert littered.mlvc("rollback", release, "--scope", "tree").code == 0
        assert f"weight: {weight}" in littered.read("params.yaml")
        assert littered.dvc("status") == "Data and pipelines are up to date."


def test_a_state_that_was_rolled_back_from_stays(littered: Project) -> None:
    bad = littered.git("rev-parse", "HEAD")
    model = model_of(littered)
    assert littered.mlvc("rollback", "v0.2.0").code == 0
    assert littered.mlvc("gc", "--grace", "0").code == 0
    assert model.exists()
    assert littered.mlvc("rollback", bad).code == 0


def test_what_changed_lately_stays_by_default(littered: Project) -> None:
    before = objects(littered)
    done = littered.mlvc("gc")
    assert done.code == 0 and objects(littered) == before
    assert done.out.startswith("Nothing to collect in the cache ")
    assert "not needed, but recent" in done.out


def test_a_release_that_cannot_be_read_stops_it_by_name(littered: Project) -> None:
    littered.write("dvc.lock", "stages: [\n")
    littered.commit("Broken")
    littered.git("tag", "--annotate", "--message", "broken", "model@v0.3.0")
    before = objects(littered)
    done = littered.mlvc("gc", "--grace", "0")
    assert done.code == 1 and objects(littered) == before
    assert "dvc.lock of model@v0.3.0 cannot be read" in done.err


def test_a_file_in_a_merge_conflict_stops_it(littered: Project) -> None:
    littered.write("dvc.lock", f"<<<<<<< HEAD\n{littered.read('dvc.lock')}=======\n")
    assert littered.mlvc("gc", "--grace", "0").code == 1


def test_where_something_is_at_work_in_another_worktree_nothing_goes(littered: Project) -> None:
    other = littered.path.parent / "other"
    littered.git("worktree", "add", "--quiet", "--detach", str(other), "HEAD~1")
    before = objects(littered)
    mark = littered.path / ".git/worktrees/other/mlvc/at-work"
    mark.parent.mkdir()
    mark.touch()
    done = littered.mlvc("gc", "--grace", "0")
    assert done.code == 1 and f"mlvc -C {other} recover" in done.err
    assert objects(littered) == before
    mark.unlink()
    assert littered.mlvc("gc", "--grace", "0").code == 0
    shutil.rmtree(other)
    done = littered.mlvc("gc", "--grace", "0")
    assert done.code == 13 and "git worktree prune" in done.err


def test_a_cache_outside_the_clone_is_left_alone_until_its_users_are_named(
    littered: Project, tmp_path: Path
) -> None:
    other = littered.copy(tmp_path / "second")
    shutil.copytree(littered.path / ".dvc/cache", tmp_path / "shared")
    for one in (littered, other):
        one.dvc("config", "--local", "cache.dir", str(tmp_path / "shared"))
    littered.git("reset", "--quiet", "--hard", "model@v0.2.0")
    shared = tmp_path / "shared/files/md5"
    model = shared / model_of(other).relative_to(cache(other))
    done = littered.mlvc("gc", "--grace", "0")
    assert done.code == 1 and "--projects" in done.err
    assert littered.mlvc("gc", "--grace", "0", "--projects", str(other.path)).code == 0
    assert model.exists()
    assert littered.mlvc("gc", "--grace", "0", "--sole").code == 0
    assert not model.exists()


def test_a_shallow_clone_knows_too_little(littered: Project, tmp_path: Path) -> None:
    littered.git("clone", "--quiet", "--depth", "1", f"file://{littered.path}", str(tmp_path / "s"))
    done = Project(tmp_path / "s").mlvc("gc")
    assert done.code == 1 and "git fetch --unshallow --tags" in done.err


def test_a_folder_whose_manifest_is_nowhere_stops_it_until_it_is_given_up(tmp_path: Path) -> None:
    history = History(tmp_path / "repository")
    history.write(2, 3)
    history.commit()
    (value,) = (v for v in history.needed if v.endswith(".dir"))
    (history.cache / value[:2] / value[2:]).unlink()
    before = history.there
    project = Project(history.top)
    done = project.mlvc("gc", "--grace", "0")
    assert done.code == 13 and history.there == before
    assert f"the manifest {value} of 2.dvc of branch main is neither here nor" in done.err
    done = project.mlvc("gc", "--grace", "0", "--lost", value, "--lost", "0123.dir")
    assert done.code == 2 and "nothing needs a manifest 0123.dir" in done.err
    assert history.there == before
    assert project.mlvc("gc", "--grace", "0", "--lost", value).code == 0
    assert len(history.there) < len(before)
