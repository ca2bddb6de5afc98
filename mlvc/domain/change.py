"""A parameter set otherwise, to see what if."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mlvc.errors import Exit, MlvcError

FILE = "params.yaml"


@dataclass(frozen=True)
class Change:
    """The parameter `key` of `file`, dotted, is `value` instead."""

    file: str
    key: str
    value: Any

    def __str__(self) -> str:
        """As it is said to `--set`."""
        where = "" if self.file == FILE else f"{self.file}:"
        return f"{where}{self.key}={self.value}"


def split(text: str) -> tuple[str, str, str]:
    """The parts of `[FILE:]KEY=VALUE`, as `dvc exp run --set-param` has it; raises `MlvcError`."""
    name, equals, value = text.partition("=")
    file, _, key = name.rpartition(":")
    if not equals or not key:
        raise MlvcError(f"{text!r} sets nothing", "Such as evaluate.threshold=0.3.", Exit.USAGE)
    return file or FILE, key, value


def unknown(change: Change, document: object) -> MlvcError:
    """The error for a parameter that the file does not have."""
    known = list(_names(document))
    close = get_close_matches(change.key, known, 1)
    hint = f"Did you mean {close[0]}?" if close else f"It has {', '.join(known[:8]) or 'none'}."
    return MlvcError(f"{change.file} has no parameter {change.key!r}", hint, Exit.USAGE)


def _names(document: object, prefix: str = "") -> Iterator[str]:
    for key, value in document.items() if isinstance(document, Mapping) else ():
        yield f"{prefix}{key}"
        yield from _names(value, f"{prefix}{key}.")
