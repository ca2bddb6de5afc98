"""A DVC project at one moment, as plain values: stages, what they read and what they write.

Paths are POSIX, relative to the DVC project's root. `artifacts/` makes these values by loading a
tree through DVC; everything else only reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple


def overlaps(one: str, other: str) -> bool:
    """Whether two paths are the same or one lies inside the other."""
    return inside(one, other) or inside(other, one)


def inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies inside it."""
    whole = _parts(folder)
    return _parts(path)[: len(whole)] == whole


@lru_cache(10_000)  # each of a hundred models is looked for among the outputs of all
def _parts(path: str) -> tuple[str, ...]:
    pure = PurePosixPath(path)
    return pure.parts if pure.root else ("", *pure.parts)


_BLOCK = 4096  # bytes that the smallest file takes, on most filesystems


@dataclass(frozen=True)
class Origin:
    """Where an output's objects come from, if not from the default remote.

    `remote` is the name of its own one; `imported_by` the `.dvc` file that imports it from another
    repository, for what is imported is on no remote of this one.
    """

    remote: str | None = None
    imported_by: str = ""


DEFAULT_REMOTE = Origin()


class Output(NamedTuple):
    """What a stage writes.

    `digest` is the one in the lock file, such as `md5:0123…` or `md5:0123….dir` for a folder;
    None when the stage has never run. `size` and `files` come from the lock too. `push` is False
    where `dvc.yaml` says that no remote is to have it.
    """

    path: str
    digest: str | None = None
    cached: bool = True
    persist: bool = False
    metric: bool = False
    plot: bool = False
    external: bool = False
    size: int | None = None
    files: int | None = None
    executable: bool = False
    push: bool = True
    origin: Origin = DEFAULT_REMOTE

    @property
    def is_folder(self) -> bool:
        """Whether the digest is that of a folder's manifest."""
        return self.digest is not None and self.digest.endswith(".dir")

    @property
    def room(self) -> int | None:
        """About how many bytes of disk a copy takes; None where the lock file does not say."""
        return None if self.size is None else self.size + _BLOCK * (self.files or 1)


class Dependency(NamedTuple):
    """What a stage reads; `digest` is the one recorded when the stage last ran."""

    path: str
    digest: str | None = None
    external: bool = False


class Stage(NamedTuple):
    """A DVC stage, resolved: templating is already expanded.

    `file` is the `dvc.yaml` or `.dvc` file that defines it. `key` is the entry below `stages:`
    that it came from (`train` for `train@a`), empty for a `.dvc` file. `params` maps a
    parameter file to the tracked keys with their present values; `whole` names the files that are
    tracked as a whole. `locked` says that `dvc.lock` has just this command and these values.
    """

    file: str
    name: str
    key: str = ""
    cmd: str = ""
    wdir: str = "."
    deps: tuple[Dependency, ...] = ()
    outs: tuple[Output, ...] = ()
    params: Mapping[str, Mapping[str, Any]] = {}
    whole: frozenset[str] = frozenset()
    frozen: bool = False
    always_changed: bool = False
    locked: bool = False
    unsupported: str = ""

    @property
    def address(self) -> str:
        """How DVC names the stage: `train`, `sub/dvc.yaml:train` or `data.csv.dvc`."""
        if not self.name:
            return self.file
        return self.name if self.file == "dvc.yaml" else f"{self.file}:{self.name}"

    @property
    def is_data(self) -> bool:
        """Whether this is a `.dvc` file rather than a pipeline stage."""
        return not self.name


def defined_in(address: str) -> str:
    """The file that a stage's address names; no proof, since `train@x.dvc` looks like a file."""
    if address.endswith(".dvc"):
        return address
    folder, named, _ = address.partition("dvc.yaml:")
    return f"{folder}dvc.yaml" if named else "dvc.yaml"


class Artifact(NamedTuple):
    """An entry of `artifacts:`; `file` is its `dvc.yaml`, `path` is relative to the project."""

    file: str
    name: str
    path: str
    raw: Mapping[str, Any] = {}

    @property
    def folder(self) -> str:
        """The folder of its `dvc.yaml`, empty at the root."""
        parent = str(PurePosixPath(self.file).parent)
        return "" if parent == "." else parent

    @property
    def model(self) -> str:
        """The model's name as GTO writes it in tags: `name` or `sub=name`."""
        return f"{self.folder}={self.name}" if self.folder else self.name


@dataclass(frozen=True)
class Pipeline:
    """All stages and artifacts of a tree."""

    stages: tuple[Stage, ...] = ()
    artifacts: tuple[Artifact, ...] = ()

    def stage(self, address: str) -> Stage | None:
        """The stage of that address, if there is one."""
        return next((s for s in self.stages if s.address == address), None)

    def producer(self, path: str) -> Stage | None:
        """The stage whose output is, or holds, `path`."""
        for stage in self.stages:
            if any(inside(path, out.path) for out in stage.outs):
                return stage
        return None

    def output(self, path: str) -> Output | None:
        """The output that is, or holds, `path`."""
        for stage in self.stages:
            for out in stage.outs:
                if inside(path, out.path):
                    return out
        return None

    def artifact(self, model: str) -> Artifact | None:
        """The artifact of that model."""
        return self._artifacts.get(model)

    @cached_property
    def _artifacts(self) -> dict[str, Artifact]:
        # The first of a name counts. Of a hundred models, each is asked for.
        return {artifact.model: artifact for artifact in reversed(self.artifacts)}
