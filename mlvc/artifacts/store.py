"""The DVC project of the workspace: its cache, its remotes, its status and its lock."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlvc.artifacts import setup
from mlvc.artifacts.loading import address
from mlvc.artifacts.objects import Cache, ObjectError, missing_object, split
from mlvc.artifacts.setup import Notes, Setup
from mlvc.domain.pipeline import defined_in
from mlvc.errors import Exit, MlvcError, naming

if TYPE_CHECKING:
    from mlvc.artifacts.remote import Remote


class Store:
    """Opens DVC on the workspace, with its own configuration and the user's, and no other."""

    def __init__(self, root: Path, notes: Notes) -> None:
        self.root = root
        self._notes = notes
        self._files: dict[str, str] = {}
        self._remotes: dict[str, Remote] = {}

    @cached_property
    def _repo(self) -> Any:
        from mlvc.artifacts.failures import explained

        with explained("DVC cannot open this project"):
            from dvc.config import Config
            from dvc.repo import Repo

            config = Config(str(self.root / ".dvc"))
            self._files = setup.digests(config.files.values())
            return Repo(str(self.root))

    @property
    def is_open(self) -> bool:
        """Whether DVC itself was asked for something, which may have been a fetch."""
        return "_repo" in self.__dict__

    @cached_property
    def setup(self) -> Setup:
        """How DVC is set up here."""
        found = setup.recall(self.root, self._notes)
        if found is None:
            repo = self._repo
            found = setup.read(self.root, repo, self._files, self._notes)
        return found

    @cached_property
    def cache(self) -> Cache:
        """The cache that the project uses, shared or its own."""
        return Cache(Path(self.setup.cache), self.setup.links)

    @property
    def remote(self) -> str | None:
        """The name of the default remote."""
        return self.setup.remote

    def remote_of(self, own: str | None) -> str | None:
        """The remote that has an output's objects: its own one, if it is known here."""
        return own if own in self.setup.remotes else self.remote

    def at(self, remote: str) -> "Remote":
        """A remote by its name; it is opened when it is asked for something."""
        from mlvc.artifacts.remote import Remote

        if remote not in self._remotes:
            self._remotes[remote] = Remote(remote, self.cache, self._repo)
        return self._remotes[remote]

    def fetch(self, digests: Iterable[str], what: str, own: str | None = None) -> None:
        """Bring objects into the cache that are not there; raises `MlvcError` (MISSING).

        `own` is the name of the output's own remote, if it has one.
        """
        wanted = list(digests)
        absent = self.cache.missing(wanted)
        remote = self.remote_of(own) if absent else None
        if remote:
            there = self.at(remote)
            there.bring(absent)
            absent = self.cache.missing(wanted)
            spoilt = set(absent) - there.lacking(absent)
            if spoilt:
                raise self._not_intact(min(spoilt), what, remote)
        if absent and own not in (None, remote):
            raise MlvcError(
                f"object {split(absent[0])[1]} of {what} is missing, and its own remote {own!r} is"
                " not configured here",
                f"Say where it is: `dvc remote add {own} URL`. Nothing was touched.",
                Exit.MISSING,
            )
        if absent:
            raise missing_object(absent[0], what)

    def _not_intact(self, digest: str, what: str, remote: str) -> MlvcError:
        return ObjectError(
            f"object {split(digest)[1]} of {what} is on remote {remote!r}, but does not arrive"
            " intact: its content has another digest, or cannot be read",
            f"Delete it there, then {ObjectError.PUSH} from a clone that has it.",
            Exit.CORRUPT,
        )

    def stale(self, addresses: Iterable[str]) -> dict[str, list[str]]:
        """Stages that `dvc status` calls changed, and why; always-changed ones are left out."""
        from dvc.repo import lock_repo

        from mlvc.artifacts.documents import blamed
        from mlvc.artifacts.failures import explained, quiet

        wanted, found = set(addresses), dict[str, list[str]]()
        doing, locks = "comparing dvc.lock with the workspace", self.root / ".dvc" / "tmp"
        documents = blamed(self._documents(wanted), "the workspace")
        with explained(doing), quiet(), naming(locks), documents, lock_repo(self._repo):
            # Not through `Repo.status`: it takes names relative to the current folder, and asks
            # where an import comes from for updates.
            stages = self._stages(wanted)
            for name in wanted & stages.keys():
                entries = stages[name].status()
                found[name] = [change for rows in entries.values() for change in _changes(rows)]
        return {name: changes for name, changes in sorted(found.items()) if changes}

    def _stages(self, wanted: AbstractSet[str]) -> dict[str, Any]:
        """The workspace's stages, at least the `wanted` ones, as DVC has them.

        Only the files that these are in are read, where the addresses tell which.
        """
        from dvc.dvcfile import load_file

        likely = {self.root / defined_in(name) for name in wanted}
        files = [load_file(self._repo, str(path)) for path in sorted(likely) if path.is_file()]
        some = [stage for file in files for stage in file.stages.values()]
        found = {address(stage, self.root): stage for stage in some}
        if wanted <= found.keys():
            return found
        return {address(stage, self.root): stage for stage in self._repo.index.stages}

    def _documents(self, addresses: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The YAML files beside those that define these stages, by their paths."""
        for folder in {(self.root / defined_in(name)).parent for name in addresses}:
            for path in folder.glob("*.y*ml"):
                yield str(path.relative_to(self.root)), path.read_bytes()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold DVC's own lock, so that no `dvc` command works on the same files."""
        from dvc.repo import lock_repo

        from mlvc.artifacts.failures import explained

        with explained("taking DVC's lock"), lock_repo(self._repo):
            yield

    @property
    def state(self) -> Path | None:
        """DVC's database of what it has read; None where it keeps none. See `artifacts.state`."""
        folder = self.setup.state
        return None if folder is None else Path(folder) / "cache.db"

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The project's own configuration (repository and local level), its paths absolute."""
        from dvc.config import Config, merge

        config = Config(str(self.root / ".dvc"))
        merged: dict[str, Any] = {}
        for level in Config.REPO_LEVELS:
            merge(merged, config.read(level))
        merged.setdefault("cache", {})["dir"] = str(self.cache.root)
        return merged


def _changes(entries: Iterable[Any]) -> list[str]:
    found = []
    for entry in entries:
        if isinstance(entry, dict):
            for kind, paths in entry.items():
                if isinstance(paths, dict):
                    found += [f"{path} ({_word(state)})" for path, state in paths.items()]
                else:
                    found.append(f"{kind}: {paths}")
        elif entry != "always changed":
            found.append(str(entry))
    return found


def _word(state: Any) -> str:
    return state if isinstance(state, str) else ", ".join(map(str, state))
