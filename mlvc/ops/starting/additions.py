"""What `init` is about to write: new files, and additions to those that are there."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from mlvc.artifacts import documents
from mlvc.errors import MlvcError, naming

_CHILD = re.compile(r"^( +)[^\s#]", re.MULTILINE)


class Additions:
    """Collects everything before any of it is written, so that a refusal changes nothing.

    Paths are relative to `root`. `kept` names what is there already.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept: list[str] = []
        self._contents: dict[str, bytes] = {}

    @property
    def written(self) -> tuple[str, ...]:
        """The paths that `write` writes."""
        return tuple(self._contents)

    @property
    def added_to(self) -> tuple[str, ...]:
        """Those of them that are there, as long as nothing is written."""
        return tuple(path for path in self._contents if (self.root / path).exists())

    def write(self) -> None:
        """Write it all."""
        for path, data in self._contents.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            with naming(self.root / path):
                (self.root / path).write_bytes(data)

    def read(self, path: str) -> bytes:
        """A file as it will be; empty where there is none."""
        if path in self._contents:
            return self._contents[path]
        return (self.root / path).read_bytes() if (self.root / path).exists() else b""

    def document(self, path: str) -> dict[str, Any]:
        """A YAML file as it will be; raises `MlvcError` where it is not a mapping."""
        data = self.read(path)
        document = documents.plain(data)
        if document is None:
            documents.read(data, path)  # says what is wrong with what is no YAML
            return {}
        if not isinstance(document, dict):
            raise MlvcError(f"{path} is not a mapping of keys", f"Mend {path}.")
        return document

    def new(self, path: str, data: bytes) -> None:
        """A whole file, unless something of that name is there."""
        if os.path.lexists(self.root / path):
            self.kept.append(path)
        else:
            self._contents[path] = data

    def lines(self, path: str, data: bytes) -> None:
        """Those lines that a file lacks."""
        before = self.read(path)
        there = {line.strip() for line in before.splitlines()}
        lacking = [line for line in data.splitlines() if line.strip() not in there]
        if lacking:
            self._contents[path] = _ended(before) + b"\n".join(lacking) + b"\n"
        else:
            self.kept.append(path)

    def section(self, path: str, key: str, text: str) -> None:
        """A top-level section at the end of a YAML file."""
        before = self.document(path)
        after = _ended(self.read(path)) + text.encode()
        self._accept(path, after, {**before, key: yaml.safe_load(text)[key]}, text)

    def entry(self, path: str, key: str, name: str, value: dict[str, str]) -> None:
        """An entry of a top-level section, which is made where there is none."""
        before = self.document(path)
        text = yaml.safe_dump({key: {name: value}}, sort_keys=False, allow_unicode=True)
        if key not in before:
            return self.section(path, key, text)
        wanted = {**before, key: {**(before[key] or {}), name: value}}
        return self._accept(path, _inserted(self.read(path), key, text), wanted, text)

    def _accept(self, path: str, data: bytes, wanted: dict[str, Any], text: str) -> None:
        # YAML has more forms than an addition of lines can suit: what matters is how it reads.
        if documents.plain(data) != wanted:
            raise MlvcError(
                f"{path} has a form that mlvc cannot add to", f"Add this to it:\n{text.rstrip()}"
            )
        self._contents[path] = data


def _ended(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"


def _inserted(data: bytes, key: str, text: str) -> bytes:
    """`data` with the entry of `text` below the line of its key, as deep as the others there."""
    before = _ended(data).decode("utf-8", "surrogateescape")
    line = re.search(rf"^{key}:[ \t]*(#.*)?\r?\n", before, re.MULTILINE)
    if line is None:
        return data
    rest = before[line.end() :]
    child = _CHILD.match(rest) or _CHILD.search(rest)
    depth = child[1] if child else "  "
    rows = text.splitlines()[1:]
    entry = "".join(f"{depth}{row.removeprefix('  ')}\n" for row in rows)
    return (before[: line.end()] + entry + rest).encode("utf-8", "surrogateescape")
