"""DVC's cache: where objects lie, and what a folder's manifest holds."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mlvc.artifacts.manifests import rows_of, seem_alike, without_common
from mlvc.errors import Exit, MlvcError

_SHELF = 2  # letters of a digest that name the folder of an object


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

    @property
    def copies(self) -> bool:
        """Whether files are made as copies, if not as reflinks, which share a disk's blocks."""
        return next((kind for kind in self.links if kind != "reflink"), "") == "copy"

    @cached_property
    def _folders(self) -> dict[str, str]:
        return {"md5": f"{self.root}/files/md5/", "md5-dos2unix": f"{self.root}/"}

    def manifest(self, digest: str, what: str = "") -> dict[str, str]:
        """A folder's files: relative path to digest. Raises `MlvcError` when it makes no sense."""
        algorithm, _ = split(digest)
        try:
            return rows_of(self.path(digest).read_text(encoding="utf-8"), algorithm)
        except ValueError as error:
            raise corrupt(digest, self.path(digest), what) from error

    def differing(
        self, old: str, new: str, what: str = ""
    ) -> tuple[dict[str, str], dict[str, str]]:
        """What of two folders is not in both: the files of the old one, and those of the new.

        Raises `MlvcError` as `manifest`.
        """
        try:
            texts = [self.path(digest).read_text(encoding="utf-8") for digest in (old, new)]
            one, other = (
                rows_of(text, split(digest)[0])
                for digest, text in zip((old, new), without_common(*texts), strict=True)
            )
        except ValueError:  # which of them makes no sense is told by reading all of each
            one, other = self.manifest(old, what), self.manifest(new, what)
        gone = {name: digest for name, digest in one.items() if other.get(name) != digest}
        return gone, {name: digest for name, digest in other.items() if one.get(name) != digest}

    def alike(self, one: str, other: str) -> bool:
        """Whether two folders seem to have at least half of their files in common."""
        return seem_alike(*(self.path(digest).read_bytes() for digest in (one, other)))

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Those objects that the cache lacks."""
        return [one for one in dict.fromkeys(digests) if not Path(self.file(one)).exists()]

    def shelves(self) -> tuple[str, int]:
        """A digest of the folders that objects lie in, and the latest mtime of any, in ns.

        It is another once an object came or went.
        """
        found = [entry for root in self._folders.values() for entry in _shelves(root)]
        rows = sorted((e.path, e.inode(), e.stat().st_mtime_ns) for e in found)
        digest = hashlib.sha256(repr(rows).encode("utf-8", "surrogateescape")).hexdigest()
        return digest, max((mtime for _, _, mtime in rows), default=0)


def _shelves(root: str) -> "list[os.DirEntry[str]]":
    with suppress(FileNotFoundError), os.scandir(root) as entries:
        return [entry for entry in entries if len(entry.name) == _SHELF and entry.is_dir()]
    return []


class Content(NamedTuple):
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


class ObjectError(MlvcError):
    """An object that is missing or corrupt. Who knows of which release it is says so in the hint.

    `PULL` and `PUSH` bring what any commit needs; `dvc fetch` and `dvc push` look at HEAD's alone.
    """

    PULL = "`mlvc pull --data RELEASE`"
    PUSH = "`mlvc push --all`"


def missing_object(digest: str, what: str) -> ObjectError:
    """The error for an object that is neither in the cache nor on the remote."""
    return ObjectError(
        f"object {split(digest)[1]} of {what} is missing: neither in the DVC cache nor on a remote",
        f"{ObjectError.PUSH} from a clone that has it.",
        Exit.MISSING,
    )


def corrupt(digest: str, path: Path, what: str = "") -> ObjectError:
    """The error for an object whose bytes are not those of its name."""
    of = f" of {what}" if what else ""
    return ObjectError(
        f"object {split(digest)[1]}{of} is corrupt: its content has another digest",
        f"Delete {path}, then {ObjectError.PULL} brings it again.",
        Exit.CORRUPT,
    )
