"""Nested documents (JSON, YAML, TOML) as flat ones, to say in which key two of them differ."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mlvc.domain.wording import both

_ABSENT = object()


def leaves(document: object, name: str = "") -> dict[str, object]:
    """The values of a document by name: `a.b` in a mapping, `a[0]` in a list, as they come."""
    return dict(_leaves(document, name))


def _leaves(value: object, name: str) -> Iterator[tuple[str, object]]:
    inner: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        inner = [(f"{name}.{key}" if name else str(key), item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [(f"{name}[{at}]", item) for at, item in enumerate(value)]
    if not inner:
        yield name, value
    for key, item in inner:
        yield from _leaves(item, key)


def first_key(old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """Where two flat documents differ first, in words; empty where they have the same values."""
    for name in dict.fromkeys([*old, *new]):
        one, other = old.get(name, _ABSENT), new.get(name, _ABSENT)
        if one is _ABSENT:
            return f"{name} is new"
        if other is _ABSENT:
            return f"{name} is gone"
        if _text(one) != _text(other):
            return f"{name}: {both(_text(one), _text(other))}"
    return ""


def _text(value: object) -> str:
    # As text, for 1 and 1.0 and true are equal, and NaN is not even itself.
    return json.dumps(value, default=str)
