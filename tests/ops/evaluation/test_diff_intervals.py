"""`mlvc diff --with`: what chance makes of each change."""

import json
from pathlib import Path

import pytest

from tests.ops.evaluation.released import evaluated
from tests.ops.evaluation.test_gate_tests import PREDICTIONS, objects_of
from tests.project import Project

TWO = ("diff", "v0.3.0", "v0.2.0", "--with", "HEAD")


@pytest.fixture(scope="module")
def built_compared(built_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_releases.copy(tmp_path_factory.mktemp("compared") / "project")
    evaluated(project, by="HEAD")
    project.write("params.yaml", project.read("params.yaml") + "mlvc:\n" + PREDICTIONS)
    return project


@pytest.fixture
def compared(built_compared: Project, tmp_path: Path) -> Project:
    """Three releases, each evaluated by HEAD, whose predictions are named."""
    return built_compared.copy(tmp_path / "project")


def test_a_change_has_its_interval_and_says_where_it_may_be_chance(compared: Project) -> None:
    done = compared.mlvc(*TWO)
    assert done.code == 0, done
    assert "95 % INTERVAL" in done.out
    rows = {line.split()[0]: line for line in done.out.splitlines() if line.strip()}
    assert rows["accuracy"].endswith("may be chance")
    assert " to " not in rows["samples"]
    found = json.loads(compared.mlvc(*TWO, "--json").out)
    ends = {metric["name"]: metric["interval"] for metric in found["metrics"]}
    assert ends["samples"] is None
    low, high = ends["f1"]
    change = {m["name"]: m["new"] - m["old"] for m in found["metrics"]}["f1"]
    assert low < change < high
    assert found["note"] == ""


def test_the_same_has_no_interval_to_speak_of(compared: Project) -> None:
    found = json.loads(compared.mlvc("diff", "v0.2.0", "v0.2.0", "--with", "HEAD", "--json").out)
    assert {m["name"]: m["interval"] for m in found["metrics"]}["f1"] == [0, 0]


def test_where_predictions_are_gone_it_says_so_and_compares_all_the_same(compared: Project) -> None:
    for file in objects_of(compared):
        file.unlink()
    done = compared.mlvc(*TWO)
    assert done.code == 0
    assert "note: no intervals: predictions.csv of the evaluation of model@v0." in done.out
    assert "INTERVAL" not in done.out and "accuracy" in done.out


def test_where_nobody_named_predictions_nothing_is_said_of_them(compared: Project) -> None:
    params = compared.read("params.yaml").partition("mlvc:")[0]
    compared.write("params.yaml", params)
    done = compared.mlvc(*TWO)
    assert done.code == 0
    assert "INTERVAL" not in done.out and "no intervals" not in done.out


def test_for_a_pull_request(compared: Project) -> None:
    lines = compared.mlvc(*TWO, "--md").out.splitlines()
    assert lines[0] == "**model@v0.3.0 → model@v0.2.0**"
    assert lines[2] == "| METRIC | A | B | CHANGE | 95 % INTERVAL |"
