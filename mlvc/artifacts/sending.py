"""Sending objects to a remote of DVC's, and proving that it holds them.

Not by `dvc push`: where a remote has a folder's manifest, DVC takes for granted that it has all of
the folder, and it remembers that in an index of its own. Here each object is asked for.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mlvc.artifacts.failures import explained
from mlvc.artifacts.objects import split
from mlvc.artifacts.store import Store, quiet
from mlvc.errors import Exit, MlvcError


def lacking(store: Store, digests: Iterable[str], remote: str) -> set[str]:
    """Those of the objects that a remote has not, or has in another size than the cache.

    A transfer that was cut off can leave an object that is too short where a remote does not take
    them whole or not at all. Raises `MlvcError` (MISSING) where the remote cannot be read.
    """
    found: set[str] = set()
    for algorithm, some in _by_algorithm(digests).items():
        with explained(f"asking remote {remote!r}"), quiet(), _reached(remote):
            _, theirs = store.both_ends(remote, algorithm)
            paths = [theirs.oid_to_path(split(digest)[1]) for digest in some]
            answers = theirs.fs.info(paths, return_exceptions=True)
            for digest, said in zip(some, answers, strict=True):
                # Not every HTTP server tells the size.
                if _is_absent(said) or said["size"] not in (
                    None,
                    _size(store, digest, said["size"]),
                ):
                    found.add(digest)
    return found


def send(store: Store, digests: Collection[str], remote: str) -> int:
    """Send objects from the cache to a remote, over what it has there; how many bytes that were.

    A folder's files go before its manifest. Raises `MlvcError` where one cannot be sent.
    """
    manifests = {digest for digest in digests if digest.endswith(".dir")}
    for part in (set(digests) - manifests, manifests):
        for algorithm, some in _by_algorithm(part).items():
            with explained(f"sending to remote {remote!r}"), quiet(), _reached(remote):
                _add(store, some, remote, algorithm)
    return sum(_size(store, digest) for digest in digests)


def _add(store: Store, digests: list[str], remote: str, algorithm: str) -> None:
    failed: list[BaseException] = []
    ours, theirs = store.both_ends(remote, algorithm)
    values = [split(digest)[1] for digest in digests]
    theirs.add(
        [ours.oid_to_path(value) for value in values],
        ours.fs,
        values,
        check_exists=False,
        verify=False,  # DVC would read each object back; its size is asked for afterwards
        batch_size=theirs.fs.jobs,
        on_error=lambda _, error: failed.append(error),
    )
    if failed:
        raise failed[0]


def _by_algorithm(digests: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for digest in sorted(digests):
        found.setdefault(split(digest)[0], []).append(digest)
    return found


def _is_absent(said: Any) -> bool:
    if isinstance(said, (FileNotFoundError, NotADirectoryError)):
        return True
    if isinstance(said, Exception):
        raise said
    return bool(said.get("type") == "directory")


def _size(store: Store, digest: str, otherwise: int = 0) -> int:
    """In bytes; `otherwise` where the cache does not have it."""
    try:
        return store.cache.path(digest).stat().st_size
    except FileNotFoundError:
        return otherwise


@contextmanager
def _reached(remote: str) -> Iterator[None]:
    """Name the remote where it fails; DVC's own exceptions are left to `explained`."""
    from dvc.exceptions import DvcException

    try:
        yield
    except (DvcException, MlvcError):
        raise
    except Exception as error:  # each cloud raises its own kinds
        said = " ".join(str(error).split()) or type(error).__name__
        raise MlvcError(
            f"remote {remote!r} fails: {said}",
            "Check `dvc remote list`, your access and the space there, then run again: what has"
            " arrived stays. Nothing was pushed to Git.",
            Exit.MISSING,
        ) from error
