"""Metrics files as DVC reads them: by their extension, and as YAML where it tells nothing."""

import csv
import json
from pathlib import PurePosixPath
from typing import Any

from mlvc.errors import MlvcError

_KINDS = {".json": "JSON", ".toml": "TOML", ".py": "Python", ".csv": "CSV", ".tsv": "CSV"}
_LONG = (["name", "value"], ["metric", "value"])


def read(data: bytes, path: str) -> dict[str, Any]:
    """The document that a metrics file holds. Raises `MlvcError` where it is none of metrics.

    A number alone is named as its file. What DVC shows of CSV is one text; here a header with one
    row below it, or rows of name and value, are metrics, too.
    """
    suffix = PurePosixPath(path).suffix.lower()
    document = _parsed(data, suffix)
    if isinstance(document, int | float) and not isinstance(document, bool):
        return {PurePosixPath(path).stem: document}
    if suffix in {".csv", ".tsv"} and not isinstance(document, dict):
        document = _table(data, "\t" if suffix == ".tsv" else ",")
    if not isinstance(document, dict):
        kind = _KINDS.get(suffix, "YAML")
        raise MlvcError(f"this is not a {kind} object of metrics", "Mend the stage that writes it.")
    return document


def _parsed(data: bytes, suffix: str) -> Any:
    """As DVC has it; None where it is not what its extension says, or empty."""
    if not data.strip():
        return None
    try:
        if suffix == ".json":  # without loading DVC
            return json.loads(data)
        from dvc.utils.serialize import PARSERS, ParseError

        try:
            return PARSERS[suffix](data.decode(), suffix)
        except ParseError:
            return None
    except (ValueError, RecursionError, MemoryError):
        return None


def _table(data: bytes, delimiter: str) -> dict[str, Any] | None:
    try:
        lines = data.decode("utf-8-sig").splitlines()
        rows = [row for row in csv.reader(lines, delimiter=delimiter, strict=True) if row]
    except (ValueError, csv.Error):
        return None
    header = [name.strip() for name in rows[0]] if rows else []
    if [name.lower() for name in header] in _LONG and all(len(row) == 2 for row in rows):  # noqa: PLR2004
        cells = [(name.strip(), value) for name, value in rows[1:]]
    elif len(rows) == 2 and len(rows[1]) == len(header):  # noqa: PLR2004 - a header, and a row
        cells = list(zip(header, rows[1], strict=True))
    else:
        return None
    if len(dict(cells)) < len(cells):
        return None
    return {name: _number(value) for name, value in cells if name}  # pandas writes one of ""


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell
