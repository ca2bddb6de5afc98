"""DVC's cache: where objects lie, and what a folder's manifest holds."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from mlvc.errors import Exit, MlvcError

# A row as DVC writes it; names that JSON escapes are left to JSON.
_ROW = re.compile(r'(?:^\[|, )\{"md5": "([0-9a-f]{32})", "relpath": "([^"\\\x00-\x1f]+)"\}')
_FRAME = len(', {"md5": "", "relpath": ""}') + 32
_DIGEST = re.compile(r"[a-z0-9-]+:[0-9a-f]{32}")


def split(digest: str) -> tuple[str, str]:
    """`md5:0123….dir` as algorithm and value."""
    algorithm, _, value = digest.partition(":")
    return algorithm, value


@dataclass(frozen=True)
class Cache:
    """A DVC cache folder. `links` are the link types to try, in DVC's order."""

    root: Path
    links: tuple[str, ...]

    def path(self, digest: str) -> Path:
        """Where the object of a digest lies; DVC 2 kept its own below the root."""
        algorithm, value = split(digest)
        if algorithm == "md5-dos2unix":
            return self.root / value[:2] / value[2:]
        if algorithm != "md5":
            raise MlvcError(
                f"{digest} is hashed with {algorithm}, which mlvc cannot prove",
                "Only md5 objects of DVC are supported.",
            )
        return self.root / "files" / "md5" / value[:2] / value[2:]

    def file(self, digest: str) -> str:
        """The same as text, and fast, for the objects that a sound manifest names."""
        algorithm, _, value = digest.partition(":")
        folder = self._folders.get(algorithm)
        if folder is None:
            return str(self.path(digest))
        return f"{folder}{value[:2]}/{value[2:]}"

    @cached_property
    def _folders(self) -> dict[str, str]:
        return {"md5": f"{self.root}/files/md5/", "md5-dos2unix": f"{self.root}/"}

    def manifest(self, digest: str, what: str = "") -> dict[str, str]:
        """A folder's files: relative path to digest. Raises `MlvcError` when it makes no sense."""
        algorithm, _ = split(digest)
        try:
            return rows_of(self.path(digest).read_text(encoding="utf-8"), algorithm)
        except (ValueError, TypeError, KeyError) as error:
            raise corrupt(digest, self.path(digest), what) from error

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Those objects that the cache lacks."""
        return [digest for digest in dict.fromkeys(digests) if not self.path(digest).exists()]


def rows_of(text: str, algorithm: str) -> dict[str, str]:
    """The files of a manifest's text; raises ValueError, TypeError or KeyError for no sense."""
    plain: list[tuple[str, str]] = _ROW.findall(text)
    if text.endswith("]") and len(text) == sum(len(name) + _FRAME for _, name in plain):
        # Every byte is of a row, but for the last: `[` is shorter than `, ` by that.
        return {sys.intern(name): f"{algorithm}:{value}" for value, name in plain}
    # A row at a time: as dictionaries, all of them take more than what they say.
    rows = json.loads(text, object_hook=partial(_row, algorithm))
    files = dict(rows)
    sound = all(isinstance(name, str) and _DIGEST.fullmatch(d) for name, d in files.items())
    if not sound or not isinstance(rows, list):
        raise ValueError(text[:100])
    return files


def _row(algorithm: str, row: dict[str, Any]) -> tuple[str, str]:
    # The same names are in the next manifest, and on the disk.
    return sys.intern(row["relpath"]), f"{algorithm}:{row['md5']}"


@dataclass(frozen=True)
class Content:
    """The content of an output: digests by relative path; that of a single file as ""."""

    digest: str
    files: Mapping[str, str]

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder, perhaps an empty one."""
        return self.digest.endswith(".dir")

    def part(self, path: str) -> "Content | None":
        """The part of a folder that is, or lies below, a path inside it; `.` is all of it."""
        if path == ".":
            return self
        if path in self.files:
            return Content(self.files[path], {"": self.files[path]})
        below = f"{path}/"
        files = {n.removeprefix(below): d for n, d in self.files.items() if n.startswith(below)}
        # It has no manifest of its own, but is a folder as much as the whole.
        return Content(f"{self.digest.removesuffix('.dir')}/{path}.dir", files) if files else None


class Later(Mapping[str, str]):
    """A mapping that is made when it is needed."""

    def __init__(self, make: Callable[[], dict[str, str]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> dict[str, str]:
        return self._make()

    def __getitem__(self, key: str) -> str:
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def missing_object(digest: str, what: str) -> MlvcError:
    """The error for an object that is neither in the cache nor on the remote."""
    return MlvcError(
        f"object {split(digest)[1]} of {what} is missing: neither in the DVC cache nor on a remote",
        "Push it from a clone that has it (`dvc push`), or choose another release."
        " Nothing was touched.",
        Exit.MISSING,
    )


def corrupt(digest: str, path: Path, what: str = "") -> MlvcError:
    """The error for an object whose bytes are not those of its name."""
    of = f" of {what}" if what else ""
    return MlvcError(
        f"object {split(digest)[1]}{of} is corrupt: its content has another digest",
        f"Delete {path} and run `dvc fetch`, or choose another release. Nothing was touched.",
        Exit.CORRUPT,
    )
