"""What every stage shares: its parameters, checked, and errors of one line."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import GenericAlias
from typing import Any, TypeVar

Params = TypeVar("Params")

PACKAGES = "pandas, PyYAML, scikit-learn and skops"


class StageError(Exception):
    """A stage cannot do its work; the message is one line and says why."""


def run(main: Callable[[], None]) -> None:
    """Run a stage; what a user can put right ends it with one line on stderr and exit code 1."""
    # One thread: with more of them than idle cores OpenMP's wait for each other, many times
    # slower; and a model remembers their number. Read when scikit-learn is first imported.
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        main()
    except ModuleNotFoundError as error:
        sys.exit(f"{_name()}: {error}; the stages need {PACKAGES}")
    except (StageError, OSError) as error:
        sys.exit(f"{_name()}: {error}")


def read_params(kind: type[Params]) -> Params:
    """The section of `params.yaml` that has the name of the dataclass `kind`, in lower case.

    Raises StageError for a missing or unknown key, a wrong type, or a value that `kind` refuses
    with a ValueError.
    """
    section = kind.__name__.lower()
    found = _section(section)
    wanted = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    if odd := sorted(wanted.keys() ^ found.keys()):
        problem = "is missing" if odd[0] in wanted else "is unknown"
        raise StageError(f"params.yaml: {section}.{odd[0]} {problem}")
    for key, value in found.items():
        if not _fits(value, wanted[key]):
            wish = _called(wanted[key])
            raise StageError(f"params.yaml: {section}.{key} must be {wish}, not {value!r}")
    try:
        return kind(**found)
    except ValueError as error:
        raise StageError(f"params.yaml: {section}.{error}") from error


def write_json(path: str, content: dict[str, Any]) -> None:
    """Write `content` one key a line, so that Git shows what changed."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def first_line(error: Exception) -> str:
    """The first line of a library's message, which may be a page long."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _section(name: str) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StageError(f"params.yaml: {' '.join(str(error).split())}") from error
    section = content.get(name) if isinstance(content, dict) else None
    if not isinstance(section, dict) or not all(isinstance(key, str) for key in section):
        raise StageError(f"params.yaml: {name}: is missing, or not a list of names and values")
    return section


def _fits(value: object, wish: Any) -> bool:
    if isinstance(wish, GenericAlias):
        (item,) = wish.__args__
        return isinstance(value, list) and all(_fits(one, item) for one in value)
    if isinstance(value, bool):  # to Python True is the number 1
        return False
    return isinstance(value, (int, float) if wish is float else wish)


def _called(wish: Any) -> str:
    names = {str: "a text", int: "a whole number", float: "a number"}
    return names.get(wish, "a list of whole numbers")


def _name() -> str:
    return Path(sys.argv[0]).stem
