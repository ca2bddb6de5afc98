"""Documents in files (JSON, TOML, YAML) by their keys, to say in which one two of them differ."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from mlvc.artifacts import documents
from mlvc.domain.structure import first_key, leaves

LARGE = 10_000_000
"""In bytes: what is larger is not parsed."""
_PARSERS: dict[str, Callable[[bytes], Any]] = {
    ".json": json.loads,
    ".toml": lambda data: tomllib.loads(data.decode()),
    ".yaml": documents.plain,
    ".yml": documents.plain,
}

Flat = dict[str, object]


def kind_of(name: str) -> str:
    """The suffix of a name, by which its format goes."""
    return PurePosixPath(name).suffix.lower()


def is_document(name: str) -> bool:
    """Whether a file of that name should be one."""
    return kind_of(name) in _PARSERS


def flat(name: str, path: Path) -> Flat | None:
    """A file by its keys, as `name` says what it is; None where it is no document, or too large."""
    if not is_document(name) or path.stat().st_size > LARGE:
        return None
    return flattened(name, path.read_bytes())


def flattened(name: str, data: bytes) -> Flat | None:
    """The same of bytes."""
    try:
        document = _PARSERS[kind_of(name)](data)
        return leaves(document) if isinstance(document, dict | list) else None
    except (ValueError, RecursionError):
        return None


def key(old: Flat | None, new: Flat | None) -> str:
    """Where two of them differ first, in words; empty where that cannot be told."""
    return "" if old is None or new is None else first_key(old, new)
