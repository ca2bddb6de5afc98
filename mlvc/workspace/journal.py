"""What a transaction is about to do, on disk before it does it.

Paths are kept relative to the root, so that a project that was moved, or is seen at
another place from a container, recovers. JSON, `schema: 1`; names that are no text
are kept as Python's surrogate escapes.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from mlvc.errors import Exit, MlvcError, naming
from mlvc.workspace.confine import confined, lexical, shown
from mlvc.workspace.durable import sync_folder
from mlvc.workspace.identity import Identity

_SCHEMA = 1
Kind = Literal["exchange", "install", "remove"]


@dataclass(frozen=True)
class Swap:
    """One step: `slot` and `live` swap places, or one moves to the other.

    `old` was at `live` and `new` in `slot` when it was planned. `made` are the
    folders above `live` that do not exist yet, outermost first. Paths are absolute.
    """

    live: str
    slot: str
    kind: Kind
    old: Identity | None
    new: Identity | None
    made: tuple[str, ...] = ()


@dataclass(frozen=True)
class Journal:
    """All steps in order, the homes of staging, and a note that is the caller's."""

    id: str
    note: Mapping[str, str] = field(default_factory=dict)
    swaps: tuple[Swap, ...] = ()
    homes: tuple[str, ...] = ()


def write(path: Path, journal: Journal, root: Path) -> None:
    """Put `journal` at `path`, whole or not at all, and durably.

    MlvcError CORRUPT where one of its paths is not below `root`; OSError.
    """
    document = _document(journal, root)
    data = json.dumps(document, indent=1).encode("ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    with naming(path), open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def read(path: Path, root: Path) -> Journal | None:
    """The journal at `path`, if there is one.

    MlvcError CORRUPT where it is no journal, of another schema, or leads out of
    `root`: its folder may be writable to others than mlvc.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        document = json.loads(data)
        if document["schema"] != _SCHEMA:
            raise _unreadable(path, "another version of mlvc wrote it")
        return _journal(document, root)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path, f"it is damaged ({error!r})") from error


def clear(path: Path) -> None:
    """Remove the journal, durably; gone is fine."""
    _temporary(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    return path.with_name(path.name + ".tmp")


def _unreadable(path: Path, reason: str) -> MlvcError:
    return MlvcError(
        f"journal {shown(path)} cannot be used: {reason}",
        "recover with the version that wrote it; or look for the old content in the "
        "numbered entries of .dvc/tmp/mlvc/*/, put it back, and remove the journal.",
        Exit.CORRUPT,
    )


def _document(journal: Journal, root: Path) -> dict[str, Any]:
    def relative(path: str, own: bool = True) -> str:
        name = os.path.relpath(path, root)
        lexical(name, own)
        return name

    swaps = [
        {
            **asdict(swap),
            "live": relative(swap.live, own=False),
            "slot": relative(swap.slot),
            "made": [relative(folder, own=False) for folder in swap.made],
        }
        for swap in journal.swaps
    ]
    homes = [relative(home) for home in journal.homes]
    return {"schema": _SCHEMA, **asdict(journal), "swaps": swaps, "homes": homes}


def _journal(document: dict[str, Any], root: Path) -> Journal:
    def absolute(path: str) -> str:
        return os.path.join(os.path.abspath(root), *lexical(path, own=True))

    def swap(entry: dict[str, Any]) -> Swap:
        return Swap(
            live=str(confined(root, entry["live"])),
            slot=absolute(entry["slot"]),
            kind=_kind(entry["kind"]),
            old=_identity(entry["old"]),
            new=_identity(entry["new"]),
            made=tuple(str(confined(root, folder)) for folder in entry["made"]),
        )

    return Journal(
        id=str(document["id"]),
        note={str(key): str(value) for key, value in document["note"].items()},
        swaps=tuple(swap(entry) for entry in document["swaps"]),
        homes=tuple(absolute(home) for home in document["homes"]),
    )


def _kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    return kinds[text]


def _identity(entry: dict[str, int] | None) -> Identity | None:
    if entry is None:
        return None
    return Identity(**{name: int(value) for name, value in entry.items()})
