"""Parameters of files put back or set by key, where that leaves all else as it is."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

from mlvc.artifacts import documents
from mlvc.domain.change import Change, unknown
from mlvc.errors import Exit, MlvcError

_INDENT = re.compile(rb"\n( +|\t+)\S")
_Form = tuple[Any, Callable[[Any], bytes]]


def spliced(head: bytes, old: bytes, keys: Iterable[str], path: str) -> bytes | None:
    """HEAD's file with the old values of those keys.

    None where it is neither JSON nor TOML, or where its form would not survive the writing; the
    whole file has to be taken then.
    """
    read = {".json": _json, ".toml": _toml}.get(PurePosixPath(path).suffix)
    try:
        here, there = (read(head), read(old)) if read else (None, None)
    except ValueError:
        return None
    if here is None or there is None:
        return None
    (new, write), (source, _) = here, there
    if write(new) != head:
        return None
    changed = documents.copy_keys(new, source, sorted(keys), dict)
    return write(new) if changed else head


def assigned(data: bytes, change: Change) -> bytes:
    """A parameter file with one value set otherwise.

    Raises `MlvcError` where it has no such parameter, or is neither YAML, JSON nor TOML.
    """
    document, write = _editable(data, change.file)
    if not documents.get(document, change.key)[0]:
        raise unknown(change, document)
    documents.put(document, change.key, change.value, dict)
    return write(document)


def _editable(data: bytes, path: str) -> _Form:
    suffix = PurePosixPath(path).suffix
    if suffix in {".yaml", ".yml"}:
        return documents.read(data, path), lambda value: documents.write(value, data)
    try:
        form = _toml(data) if suffix == ".toml" else None
        form = (json.loads(data), _dumped) if suffix == ".json" else form
    except ValueError:
        form = None
    if form is None:
        raise MlvcError(
            f"parameters of {path} cannot be set", "It must be YAML, JSON or TOML.", Exit.USAGE
        )
    return form


def _dumped(document: Any) -> bytes:
    return json.dumps(document).encode()


def _json(text: bytes) -> _Form | None:
    document = json.loads(text)
    found = _INDENT.search(text)
    indent = found[1].decode() if found else None
    ends = b"\n" if text.endswith(b"\n") else b""
    for ascii_only in (False, True):

        def write(value: Any, ascii_only: bool = ascii_only) -> bytes:
            dumped = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
            return dumped.encode() + ends

        if write(document) == text:
            return document, write
    return None


def _toml(text: bytes) -> _Form | None:
    from dvc.utils.serialize import ParseError, parse_toml_for_update

    try:
        document = parse_toml_for_update(text.decode(), "parameters")
    except ParseError:
        return None
    return document, lambda value: value.as_string().encode()
