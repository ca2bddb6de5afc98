"""How DVC is set up for a project, remembered, so that not every run has to open DVC to know it.

Opening costs a quarter of a second, and what it finds is decided by a few small files and
variables. A memory is believed only while all of these are as they were.
"""

import functools
import hashlib
import importlib.util
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

_VARIABLES = ("DVC_", "XDG_", "HOME", "LOGNAME", "USER", "LNAME", "USERNAME")


class Notes(Protocol):
    """Where texts are remembered between runs."""

    def note(self, key: str) -> str | None:
        """What was noted under a key."""

    def write_note(self, key: str, value: str) -> None:
        """Note something under a key."""


@dataclass(frozen=True)
class Setup:
    """What DVC makes of its configuration.

    `cache` is the folder of the cache, `links` the link types in DVC's order; `remote` is the
    default remote, `remotes` are all; `lock` is the file on which DVC takes flock(2), None where
    it locks in another way. `state` is the folder of its state database, None where it keeps none;
    it depends on `born`, the time in ns of the file that DVC keeps for just that. `files` are
    DVC's configuration files and the digests of what they held, empty where there is none.
    """

    cache: str
    links: tuple[str, ...]
    remote: str | None
    remotes: tuple[str, ...]
    lock: str | None
    state: str | None
    born: int
    files: dict[str, str]

    @functools.cached_property
    def identity(self) -> str:
        """A digest of all that decides what DVC does here."""
        return hashlib.sha256(json.dumps([_edition(), self.files]).encode()).hexdigest()


def recall(root: Path, notes: Notes) -> Setup | None:
    """The setup that was remembered of project `root`, if all that decides it is unchanged."""
    text = notes.note(_key(root))
    if text is None:
        return None
    row = json.loads(text)
    found = Setup(**{**row, "links": tuple(row["links"]), "remotes": tuple(row["remotes"])})
    same = found.files == digests(found.files) and found.born == _born(root)
    return found if same else None


def read(root: Path, repo: Any, files: dict[str, str], notes: Notes) -> Setup:
    """The setup of a repository that DVC opened when its configuration `files` had these digests.

    It is remembered, unless they have changed meanwhile.
    """
    from dvc.lock import Lock

    hashes = getattr(repo.state, "hashes", None)
    found = Setup(
        cache=repo.cache.legacy.path,
        links=tuple(repo.cache.local.cache_types),
        remote=repo.config["core"].get("remote"),
        remotes=tuple(repo.config["remote"]),
        lock=f"{repo.tmp_dir}/lock" if type(repo.lock) is Lock else None,
        state=str(root / hashes.directory) if hashes is not None else None,
        born=_born(root),
        files=files,
    )
    if files == digests(files):
        notes.write_note(_key(root), json.dumps(asdict(found)))
    return found


def digests(files: Iterable[str]) -> dict[str, str]:
    """What files hold, by path: a digest, empty where there is no such file."""
    return {path: _digest(path) for path in files}


def _born(root: Path) -> int:
    try:
        return (root / ".dvc" / "tmp" / "btime").stat().st_mtime_ns
    except OSError:
        return 0


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def _key(root: Path) -> str:
    facts = [str(root), _edition(), sorted(_environment().items())]
    return f"dvc:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_VARIABLES)}


@functools.cache
def _edition() -> str:
    """Which DVC is installed, without importing it, and whose it is."""
    import getpass

    found = importlib.util.find_spec("dvc")
    where = Path(found.origin or "").parent if found else Path()
    return f"{where} {_digest(str(where / '_version.py'))} {getpass.getuser()}"
