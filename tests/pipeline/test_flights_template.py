"""The template, and that this repository runs the very same pipeline."""

import ast
import sys
from pathlib import Path

import pytest
import yaml

from tests.pipeline.flights_project import PIPELINE, TEMPLATE

ROOT = Path(__file__).parents[2]
SIBLINGS = {file.stem for file in PIPELINE.glob("*.py")} - {"__init__"}
NEEDED = {"numpy", "pandas", "sklearn", "skops", "yaml"}


def imported(module: str) -> set[str]:
    tree = ast.parse((PIPELINE / f"{module}.py").read_text())
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a script has no package to be relative to"
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def siblings_behind(module: str) -> set[str]:
    direct = imported(module) & SIBLINGS
    return direct.union(*(siblings_behind(one) for one in direct))


def test_this_repository_runs_the_pipeline_of_the_template() -> None:
    template = (TEMPLATE / "dvc.yaml").read_text()
    assert (ROOT / "dvc.yaml").read_text() == template.replace("pipeline/", "mlvc/pipeline/")


def test_this_repository_has_the_parameters_of_the_template() -> None:
    assert (ROOT / "params.yaml").read_bytes() == (TEMPLATE / "params.yaml").read_bytes()


@pytest.mark.parametrize("module", sorted(SIBLINGS))
def test_a_stage_file_imports_nothing_of_mlvc(module: str) -> None:
    assert imported(module) <= NEEDED | SIBLINGS | set(sys.stdlib_module_names)


@pytest.mark.parametrize("stage", ["prepare", "train", "evaluate"])
def test_a_stage_runs_again_when_code_it_imports_changes(stage: str) -> None:
    declared = yaml.safe_load((TEMPLATE / "dvc.yaml").read_text())["stages"][stage]
    code = {name for name in declared["deps"] if name.endswith(".py")}
    assert code == {f"pipeline/{one}.py" for one in siblings_behind(stage) | {stage}}
    assert declared["params"] == [stage]


def test_the_artifact_is_what_train_writes() -> None:
    content = yaml.safe_load((TEMPLATE / "dvc.yaml").read_text())
    assert content["artifacts"]["flights"]["path"] in content["stages"]["train"]["outs"]


def test_no_gate_of_the_template_needs_a_baseline() -> None:
    gates = yaml.safe_load((TEMPLATE / "params.yaml").read_text())["mlvc"]["gates"]
    assert [set(gate) for gate in gates] == [{"metric", "min"}, {"metric", "min"}]
