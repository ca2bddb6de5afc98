"""The table that `prepare` writes and the other stages read: its columns and their types."""

from typing import TYPE_CHECKING

from stage import StageError, first_line

if TYPE_CHECKING:
    from pandas import DataFrame, Series

ID = "id"
TARGET = "late"
CATEGORIES = ("carrier", "origin", "dest")
WEATHER = (
    "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib",
)  # fmt: skip
NUMBERS = ("weekday", "scheduled_departure", "scheduled_arrival", "distance", *WEATHER)
INPUTS = CATEGORIES + NUMBERS
COLUMNS = (ID, TARGET, *INPUTS)


def types() -> dict[str, str]:
    """The type of each of the model's inputs: `category` or `number`."""
    return {name: "category" if name in CATEGORIES else "number" for name in INPUTS}


def load(path: str) -> "tuple[DataFrame, Series]":
    """A prepared table: the model's inputs, indexed by the flight's id, and whether it was late."""
    import pandas

    dtypes = {ID: "str", TARGET: "int8"}
    dtypes |= {name: kind.replace("number", "float64") for name, kind in types().items()}
    try:
        table = pandas.read_csv(path, usecols=list(COLUMNS), dtype=dtypes, index_col=ID)
    except ValueError as error:
        raise StageError(f"{path}: {first_line(error)}") from error
    if table.empty:
        raise StageError(f"{path} holds no flights")
    return table[list(INPUTS)], table[TARGET]
