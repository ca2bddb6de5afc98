"""What a DVC remote has: asked of itself, object by object, and nothing is brought here."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mlvc.artifacts.failures import explained
from mlvc.artifacts.objects import rows_of, split
from mlvc.artifacts.store import Store, quiet
from mlvc.errors import Exit, MlvcError


def missing_on_remote(store: Store, digests: Iterable[str], remote: str) -> set[str]:
    """Those of the objects that a remote lacks; raises `MlvcError` (MISSING) if it cannot be read.

    Not through `dvc status --cloud`: DVC remembers which folders are whole on a remote, and does
    not look at their files again.
    """
    by_kind: dict[str, dict[str, str]] = defaultdict(dict)
    for digest in digests:
        algorithm, value = split(digest)
        by_kind[algorithm][value] = digest
    absent: set[str] = set()
    with reading(remote):
        for algorithm, values in by_kind.items():
            there = _there(store.both_ends(remote, algorithm)[1], list(values))
            absent.update(digest for value, digest in values.items() if value not in there)
    return absent


def manifest_on_remote(store: Store, digest: str, remote: str) -> dict[str, str] | None:
    """The files of a folder by the manifest that a remote has; None where it has none intact."""
    algorithm, value = split(digest)
    with reading(remote):
        objects = store.both_ends(remote, algorithm)[1]
        try:
            with objects.fs.open(objects.oid_to_path(value), "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return None
    found = hashlib.md5(data, usedforsecurity=False).hexdigest()
    try:
        return rows_of(data.decode(), algorithm) if f"{found}.dir" == value else None
    except (ValueError, TypeError, KeyError):
        return None


def _there(objects: Any, values: list[str]) -> set[str]:
    # Of a folder that is a remote, DVC's `oids_exist` reads all bytes, and deletes what is corrupt.
    is_local = objects.fs.protocol == "local"
    ask = objects.list_oids_exists if is_local else objects.oids_exist
    return set(ask(values))


@contextmanager
def reading(remote: str) -> Iterator[None]:
    """Name the remote where it fails; raises `MlvcError` (MISSING)."""
    with explained(f"asking remote {remote!r}"), quiet():
        try:
            yield
        except OSError as error:
            raise MlvcError(
                f"remote {remote!r} cannot be read: {error}",
                "Check `dvc remote list` and your access.",
                Exit.MISSING,
            ) from error
