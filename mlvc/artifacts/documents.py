"""YAML documents edited in place: what is not touched keeps its comments and its form."""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from mlvc.errors import MlvcError

_WIDE = 4096
_YAML = (".yaml", ".yml", ".dvc", "dvc.lock")
# What both libraries let through of values that are none (`2023-02-30`, `!!int ''`), and of
# nesting without end.
_SENSELESS = (ValueError, LookupError, AttributeError, RecursionError)
_MARKERS = re.compile(rb"^<{7} .*^={7}$.*^>{7} ", re.MULTILINE | re.DOTALL)


def read(data: bytes | None, path: str) -> Any:
    """A document that can be edited and written again; an empty one where there is none."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import YAMLError

    try:
        yaml = YAML()
        yaml.preserve_quotes = True
        document = yaml.load(io.BytesIO(data or b""))
    except (YAMLError, *_SENSELESS) as error:
        raise MlvcError(f"{path} is not YAML: {_said(error)}", f"Mend {path}.") from error
    return CommentedMap() if document is None else document


@contextmanager
def blamed(files: Iterable[tuple[str, bytes]], where: str) -> Iterator[None]:
    """Name the file that is no YAML, where DVC lets through what its library raises of it.

    `where` says whose files they are; nothing is asked of them before.
    """
    try:
        yield
    except _SENSELESS:
        for path, data in files:
            if path.endswith(_YAML):
                read(data, f"{path} of {where}")
        raise


def _said(error: Exception) -> str:
    """What is wrong with a text, and in which lines."""
    told = []
    for part in ("context", "problem"):
        what, mark = (getattr(error, name, None) for name in (part, f"{part}_mark"))
        if what:
            told.append(f"{what} in line {mark.line + 1}" if mark else str(what))
    return ", ".join(told) or str(error).splitlines()[0]


def write(document: Any, like: bytes | None) -> bytes:
    """The document as bytes, its lists indented as in `like`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.util import load_yaml_guess_indent

    yaml = YAML()
    yaml.width = _WIDE
    _, indent, offset = load_yaml_guess_indent((like or b"").decode())
    if indent and offset is not None:
        yaml.indent(mapping=2, sequence=indent, offset=offset)
    out = io.BytesIO()
    yaml.dump(document, out)
    return out.getvalue()


def plain(data: bytes | None) -> Any:
    """The document as plain values, fast; None when it is empty or no YAML."""
    import yaml

    try:
        return yaml.load(data or b"", Loader=safe_loader())  # noqa: S506 - both are safe
    except (yaml.YAMLError, *_SENSELESS):
        return None


def safe_loader() -> Any:
    """The quick reader: libyaml's, where PyYAML was built with it."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def conflict(data: bytes) -> int:
    """The line in which the first conflict begins that a merge has left; 0 where there is none."""
    found = _MARKERS.search(data)
    return data.count(b"\n", 0, found.start()) + 1 if found else 0


def refuse_twice(data: bytes, path: str, key: str) -> None:
    """Refuse what is there twice: a key of the top, or any below it. Raises `MlvcError`.

    The quick reader takes the later one, and says nothing; DVC takes neither.
    """
    import yaml

    top = yaml.compose(data, Loader=safe_loader())
    rows = top.value if isinstance(top, yaml.MappingNode) else []
    own = yaml.MappingNode("", [row for row in rows if row[0].value == key])
    for name, first, second in _twice(own, "", set()):
        where = f"line {first}" if first == second else f"lines {first} and {second}"
        raise MlvcError(
            f"{path}: {name} is there twice, in {where}",
            "Make one of the two: only the later one would count.",
        )


def _twice(node: Any, name: str, seen: set[int]) -> Iterator[tuple[str, int, int]]:
    """Each key that is there twice below a node, and its lines; aliases may lead in a circle."""
    if id(node) in seen:
        return
    seen.add(id(node))
    lines: dict[tuple[str, str], int] = {}
    for at, one in enumerate([] if isinstance(node.value, str) else node.value):
        if not isinstance(one, tuple):
            yield from _twice(one, f"{name}[{at}]", seen)
            continue
        key, value = one
        inner, line = f"{name}.{key.value}".removeprefix("."), key.start_mark.line + 1
        if first := lines.get((key.tag, str(key.value))):
            yield inner, first, line
        lines[key.tag, str(key.value)] = line
        yield from _twice(value, inner, seen)


@lru_cache(maxsize=4096)
def shared(data: bytes) -> Any:
    """The same, made once for equal texts: nobody may change it."""
    return plain(data)


def get(document: Any, dotted: str) -> tuple[bool, Any]:
    """Whether a dotted key is there, and its value."""
    at = document
    for part in dotted.split("."):
        if not isinstance(at, dict) or part not in at:
            return False, None
        at = at[part]
    return True, at


def put(document: Any, dotted: str, value: Any, mapping: type[dict[Any, Any]]) -> None:
    """Set a dotted key, making the mappings on its way."""
    *folders, last = dotted.split(".")
    at = document
    for part in folders:
        if not isinstance(at.get(part), dict):
            at[part] = mapping()
        at = at[part]
    at[last] = value


def drop(document: Any, dotted: str) -> None:
    """Remove a dotted key, if it is there."""
    folder, _, last = dotted.rpartition(".")
    found, at = get(document, folder) if folder else (True, document)
    if found and isinstance(at, dict):
        at.pop(last, None)


def copy_keys(
    into: Any, source: Any, keys: Iterable[str], mapping: type[dict[Any, Any]] | None = None
) -> bool:
    """Give `into` the values that `source` has for those keys; whether anything differed.

    `mapping` is what a new mapping is made of, by default what `into` is.
    """
    changed = False
    for key in keys:
        there, value = get(source, key)
        here, old = get(into, key)
        if there and (not here or old != value):
            put(into, key, value, mapping or type(into))
            changed = True
        elif here and not there:
            drop(into, key)
            changed = True
    return changed
