"""All kinds of pipelines: what is run, what is taken as it is recorded, and in which order."""

import shutil

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project as Opened
from mlvc.ops.reproduction.metrics import Record
from tests.ops.evaluation.released import state
from tests.ops.reproduction.asking import change, editing, objects, ran, reproduced
from tests.project import Project

APPEND = """\
if Path("data/clean.csv").exists():
    rows = Path("data/clean.csv").read_text().splitlines() + ["5,1"]
Path("data/clean.csv")"""


def track_data(project: Project) -> None:
    """Have DVC track what the first and the last stage read."""
    project.git("rm", "-q", "--cached", "data/raw.csv", "data/test.csv")
    project.dvc("add", "--quiet", "data/raw.csv", "data/test.csv")
    project.commit("Data in DVC")


def test_data_that_dvc_tracks_comes_from_the_cache_and_nothing_goes_there(
    project: Project,
) -> None:
    track_data(project)
    project.dvc("config", "cache.type", "hardlink")
    for path in ("data/raw.csv", "data/test.csv", "model.bin", "data/clean.csv"):
        (project.path / path).unlink()
    before, cached = state(project), objects(project)
    found = reproduced(project)
    assert found.verdict == "bit-identical"
    assert found.sources == ("data/raw.csv.dvc", "data/test.csv.dvc")
    assert objects(project) == cached
    assert state(project) == before


def test_a_frozen_stage_gives_what_it_has_and_what_only_it_reads_is_not_run(
    project: Project,
) -> None:
    with editing(project, "dvc.yaml") as document:
        stages = document["stages"]
        stages["download"] = {"cmd": "long-gone", "outs": ["data/table.csv"]}
        stages["prepare"] |= {"frozen": True, "cmd": "fails", "deps": ["data/table.csv"]}
    project.commit("Frozen")
    done = project.mlvc("reproduce")
    assert done.code == 0, done.err
    table = done.out.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in table] == ["STAGE", "train", "evaluate"]
    assert "begun with what is recorded of prepare" in done.out
    assert "not run, for only frozen stages read it: download" in done.out


def test_the_metrics_of_a_frozen_stage_have_not_come_out_again(project: Project) -> None:
    with editing(project, "dvc.yaml") as document:
        document["stages"]["evaluate"]["frozen"] = True
    project.commit("Judged once and for all")
    opened = Opened.find(project.path)
    record = Record.of(opened, resolve(opened, "HEAD"))
    assert record.compared(project.path, 0) == (
        (),
        "stage evaluate is frozen, so its metrics were not made again",
    )


def test_a_stage_that_is_always_changed_is_like_any_other_and_persistent_outputs_begin_anew(
    project: Project,
) -> None:
    with editing(project, "dvc.yaml") as document:
        prepare = document["stages"]["prepare"]
        prepare |= {"always_changed": True, "outs": [{"data/clean.csv": {"persist": True}}]}
    change(project, "prepare.py", 'Path("data/clean.csv").write', f"{APPEND}.write")
    project.dvc("repro", "--quiet")
    project.commit("A table that has grown")
    # What was recorded need not be in the cache.
    shutil.rmtree(project.path / ".dvc/cache")
    found = reproduced(project)
    assert ran(found)["prepare"] == "different"
    assert found.first and found.first.path == "data/clean.csv"
    assert found.first.why == (
        "data/clean.csv persists from run to run, and what it went on from is not recorded"
    )
    assert found.first.what.startswith("it has another digest; the cache does not have")


def test_stages_of_a_list_and_of_a_subfolder_run_in_their_order(project: Project) -> None:
    with editing(project, "dvc.yaml") as document, editing(project, "dvc.lock") as lock:
        train = document["stages"].pop("train")
        document["stages"] = {"train": {"foreach": ["one"], "do": train}, **document["stages"]}
        evaluate = {"wdir": "..", **document["stages"].pop("evaluate")}
        lock["stages"]["train@one"] = lock["stages"].pop("train")
        # As DVC 2 wrote it.
        for entry in (e for s in lock["stages"].values() for e in (*s["deps"], *s["outs"])):
            del entry["hash"]
        locked = lock["stages"].pop("evaluate")
    project.write("judge/dvc.yaml", "{}")
    project.write("judge/dvc.lock", "schema: '2.0'")
    with editing(project, "judge/dvc.yaml") as inner, editing(project, "judge/dvc.lock") as lock:
        inner["stages"] = {"evaluate": evaluate}
        lock["stages"] = {"evaluate": locked}
    project.commit("A list and a subfolder")
    found = reproduced(project)
    assert ran(found) == {
        "prepare": "identical",
        "train@one": "identical identical",
        "judge/dvc.yaml:evaluate": "identical identical",
    }
    assert len(found.metrics) == 5
    assert [stage.inputs for stage in found.stages] == [(), (), ()]
    assert not any(stage.recipe_differs for stage in found.stages)


def test_of_several_models_only_the_stages_of_the_one_are_run(project: Project) -> None:
    with editing(project, "dvc.yaml") as document, editing(project, "dvc.lock") as lock:
        other = {"cmd": "fails", "deps": ["data/clean.csv"], "outs": ["other.bin"]}
        document["stages"]["other"] = other
        document["artifacts"]["other"] = {"path": "other.bin"}
        lock["stages"]["other"] = {
            "cmd": "fails",
            "outs": [{"path": "other.bin", "hash": "md5", "md5": "0" * 32, "size": 1}],
        }
    project.commit("Another model")
    assert project.mlvc("reproduce").code == Exit.USAGE
    done = project.mlvc("-q", "reproduce", "--model", "model")
    assert (done.code, done.err) == (0, "")
    assert "other" not in done.out


def test_a_missing_source_is_refused_before_anything_runs(project: Project) -> None:
    track_data(project)
    lock = project.read("data/raw.csv.dvc")
    digest = lock.partition("md5: ")[2].split()[0]
    (project.path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]).unlink()
    done = project.mlvc("reproduce")
    assert done.code == Exit.MISSING
    assert f"object {digest} of data/raw.csv is missing" in done.err
    assert "running" not in done.err


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        ({"outs": ["../out.bin"]}, "cannot be run in isolation: output "),
        ({"outs": ["never.bin"]}, "has nothing of stage extra: it has never run there"),
        ({"deps": ["gone.csv"]}, "stage extra reads gone.csv, which neither Git nor DVC has"),
    ],
)
def test_what_cannot_be_run_or_compared_is_refused_before_anything_runs(
    project: Project, stage: dict[str, list[str]], says: str
) -> None:
    with editing(project, "dvc.yaml") as document:
        deps = ["model.bin", *stage.get("deps", [])]
        document["stages"]["extra"] = {"cmd": "touch ran", **stage, "deps": deps}
    project.commit("Another stage")
    with pytest.raises(MlvcError) as refused:
        reproduced(project)
    assert says in refused.value.message


def test_without_a_pipeline_there_is_nothing_to_run(project: Project) -> None:
    with editing(project, "dvc.yaml") as document:
        document["stages"] = {}
    project.commit("No stages")
    done = project.mlvc("reproduce")
    assert done.code == Exit.REFUSED
    assert "no stage makes or evaluates model" in done.err
