"""`mlvc reproduce` says what came out: bit-identical, metric-identical or different, and where."""

import json

import pytest

from tests.ops.evaluation.released import state, worktrees
from tests.ops.reproduction.asking import change, edit_metrics, objects, ran, reproduced
from tests.project import Project

# Another model each time, and an accuracy that is off by less than anyone cares about.
CHANCE = 'import time\nlines.append(f"made {time.time_ns()}")\nPath("model.bin")'
NOISE = "import time\nmetrics['accuracy'] += time.time_ns() % 1000 * 1e-12\nPath(\"metrics.json\")"


def test_a_release_comes_out_bit_for_bit_and_nothing_of_the_users_is_touched(
    project: Project,
) -> None:
    project.git("tag", "--annotate", "model@v0.1.0", "--message", "Release")
    project.set_param("weight: 1.0", "weight: 3.0")  # not committed, so not what is run
    project.write("mine.txt", "untracked\n")
    before, cached = state(project), objects(project)
    done = project.mlvc("reproduce", "v0.1.0")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert [line.split()[:3] for line in lines[:4]] == [
        ["STAGE", "OUTPUTS", "SECONDS"],
        ["prepare", "1", "identical"],
        ["train", "2", "identical"],
        ["evaluate", "2", "identical"],
    ]
    assert lines[4:] == ["", "model@v0.1.0: bit-identical"]
    assert done.err.splitlines()[1] == "running train, stage 2 of 3"
    assert objects(project) == cached
    assert state(project) == before
    assert worktrees(project) == [str(project.path)]


def test_metrics_within_the_tolerance_are_told_from_those_that_are_not(project: Project) -> None:
    change(project, "train.py", 'Path("model.bin")', CHANCE)
    change(project, "evaluate.py", 'Path("metrics.json")', NOISE)
    project.dvc("repro", "--quiet")
    project.commit("Left to chance")
    cached = objects(project)
    done = project.mlvc("reproduce")
    assert done.code == 0, done
    said = done.out.splitlines()
    assert said[2].split()[1:6] == ["1", "identical,", "1", "different", "(model.bin)"]
    assert said[-3].endswith(
        ": metric-identical: outputs differ, the metrics by no more than 1e-06"
    )
    assert said[-2].startswith("first difference: stage train, model.bin: line 202, recorded ")
    assert said[-1].startswith("   its command, parameters and inputs are as recorded, so ")
    # What came out, which nobody has asked for, is not in the user's cache.
    assert objects(project) == cached
    strict = project.mlvc("reproduce", "--tolerance", "0", "--json")
    assert strict.code == 1
    found = json.loads(strict.out)
    assert (found["verdict"], found["first"]["stage"]) == ("different", "train")
    assert [metric["name"] for metric in found["metrics"] if not metric["same"]] == ["accuracy"]
    assert found["stages"][2]["inputs"] == ["model.bin"]
    error = json.loads(strict.err.splitlines()[-1])
    assert "does not reproduce: stage train, model.bin: line 202, " in error["message"]


def test_what_differs_in_volatile_metrics_alone_is_no_difference(project: Project) -> None:
    settings = project.read("params.yaml") + "mlvc: {evaluation: {volatile: [samp*]}}\n"
    project.write("params.yaml", settings)
    edit_metrics(project, samples=7)
    project.commit("So many samples may be others")
    done = project.mlvc("reproduce", "--md")
    assert done.code == 0, done
    assert "| evaluate | 1 identical, 1 volatile (metrics.json) |" in done.out
    assert ": bit-identical, but for volatile metrics in metrics.json  " in done.out
    # The same numbers in other bytes are a difference.
    edit_metrics(project, samples=80)
    change(project, "metrics.json", "{\n", "{ \n")
    project.commit("Blanks")
    assert ran(reproduced(project))["evaluate"] == "identical different"


def test_metrics_that_were_edited_are_not_what_comes_out(project: Project) -> None:
    edit_metrics(project, accuracy=0.99)
    project.commit("Better than it is")
    found = reproduced(project)
    assert found.verdict == "different"
    assert ran(found)["evaluate"] == "identical different"
    assert found.first and found.first.what.startswith("accuracy: recorded 0.99, now 0.")
    assert "the file in Git was changed after the stage ran" in found.first.why
    assert [metric.name for metric in found.metrics if not metric.same] == ["accuracy"]
    assert len(found.metrics) == 5


def test_what_was_changed_since_it_ran_explains_a_difference(project: Project) -> None:
    change(project, "train.py", 'Path("model.bin")', 'lines.append("end")\nPath("model.bin")')
    project.set_param("bias: 0.5", "bias: 0.25")
    project.commit("Changed, and not run")
    found = reproduced(project)
    assert found.verdict == "metric-identical"
    assert found.first and (found.first.stage, found.first.path) == ("train", "model.bin")
    assert found.first.what == ("line 2, recorded unit 0 0.500000, now unit 0 0.250000")
    assert found.first.why == (
        "train.py is not what it read when it was recorded; its command or parameters are not"
        " those that dvc.lock has"
    )


@pytest.mark.parametrize("text", ["nan", "inf", "-1"])
def test_a_tolerance_that_is_no_number_is_refused(project: Project, text: str) -> None:
    assert project.mlvc("reproduce", "--tolerance", text).code == 2
