"""A remote of DVC's: what it holds, and objects sent there or brought from there.

Not by `dvc status`, `push` and `fetch`: where a remote has a folder's manifest, DVC takes for
granted that it has all of the folder, and it remembers that in an index of its own; and of a folder
that is a remote it deletes what is corrupt, only because it was asked. Here each object is asked
for by its name, and nothing there is changed but by what is sent.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from mlvc.artifacts.failures import explained, quiet
from mlvc.artifacts.manifests import rows_of
from mlvc.artifacts.objects import Cache, split
from mlvc.artifacts.unreachable import READ, SEND, is_absence, reached
from mlvc.artifacts.waiting import opened

_AT_ONCE = 200


@dataclass(frozen=True)
class Remote:
    """The remote called `name` beside the `cache`, both as DVC's `repo` has opened them.

    Everything raises `MlvcError` where the remote fails: it says why, and what to do.
    """

    name: str
    cache: Cache
    repo: Any
    _opened: dict[str, Any] = field(default_factory=dict)

    def lacking(self, digests: Iterable[str]) -> set[str]:
        """Those of the objects that it has not, or has in another size than the cache.

        A transfer that was cut off can leave an object that is too short where a remote does not
        take them whole or not at all.
        """
        found: set[str] = set()
        for algorithm, some in _batches(digests):
            with self.asked(READ, algorithm) as (_, theirs):
                theirs.fs.fs.invalidate_cache()  # what was listed before proves nothing
                paths = [theirs.oid_to_path(split(digest)[1]) for digest in some]
                answers = theirs.fs.info(paths, return_exceptions=True)
                found.update(
                    d for d, said in zip(some, answers, strict=True) if self._lacks(d, said)
                )
        return found

    def send(self, digests: Collection[str]) -> int:
        """Send objects from the cache, over what is there; how many bytes that were.

        A folder's files go before its manifest.
        """
        manifests = {digest for digest in digests if digest.endswith(".dir")}
        for part in (set(digests) - manifests, manifests):
            for algorithm, some in _batches(part):
                with self.asked(SEND, algorithm) as (ours, theirs):
                    # DVC would read each object back; its size is asked for afterwards.
                    _copy(ours, theirs, some, theirs.fs.jobs, verify=False)
        return sum(self._size(digest) or 0 for digest in digests)

    def bring(self, digests: Iterable[str]) -> None:
        """Bring objects into the cache, those that it has; what is not intact is dropped."""
        for algorithm, some in _batches(digests):
            with self.asked(READ, algorithm) as (ours, theirs), suppress(FileNotFoundError):
                _copy(theirs, ours, some, theirs.fs.jobs, verify=True)

    def manifest(self, digest: str) -> dict[str, str] | None:
        """The files of a folder by the manifest that is there; None where it has none intact."""
        algorithm, value = split(digest)
        with self.asked(READ, algorithm) as (_, theirs):
            try:
                with theirs.fs.open(theirs.oid_to_path(value), "rb") as file:
                    data = file.read()
            except FileNotFoundError:
                return None
        found = hashlib.md5(data, usedforsecurity=False).hexdigest()
        try:
            return rows_of(data.decode(), algorithm) if f"{found}.dir" == value else None
        except ValueError:
            return None

    @contextmanager
    def asked(self, failing: str, algorithm: str) -> Iterator[tuple[Any, Any]]:
        """The cache and the remote as DVC's object stores, for objects of an algorithm.

        What fails meanwhile is told with the words of `failing`, such as `unreachable.READ`.
        """
        cache = self.repo.cache
        ours = cache.legacy if algorithm == "md5-dos2unix" else cache.local
        settings = self.repo.config["remote"].get(self.name, {})
        doing = f"remote {self.name!r} {failing}"
        with explained(doing), quiet(), reached(self.name, failing, settings, self.cache.root):
            if algorithm not in self._opened:  # each opening connects anew
                cloud = self.repo.cloud
                self._opened[algorithm] = opened(
                    lambda: cloud.get_remote_odb(self.name, "mlvc", hash_name=algorithm)
                )
            yield ours, self._opened[algorithm]

    def _lacks(self, digest: str, said: Any) -> bool:
        if isinstance(said, Exception):
            if is_absence(said):
                return True
            raise said.__cause__ or said
        ours = self._size(digest)
        # Not every HTTP server tells the size, and what is not here is taken for whole there.
        differs = None not in (ours, said["size"]) and said["size"] != ours
        return bool(differs or said.get("type") == "directory")

    def _size(self, digest: str) -> int | None:
        """In bytes; None where the cache does not have it."""
        try:
            return self.cache.path(digest).stat().st_size
        except FileNotFoundError:
            return None


def _copy(source: Any, to: Any, digests: list[str], jobs: int, *, verify: bool) -> None:
    """Copy objects from one of DVC's stores to another, over what is there."""
    failed: list[BaseException] = []
    values = [split(digest)[1] for digest in digests]
    to.add(
        [source.oid_to_path(value) for value in values],
        source.fs,
        values,
        check_exists=False,
        verify=verify,
        batch_size=jobs,
        # Of one alone DVC would go on as if it had arrived.
        on_error=(lambda _, error: failed.append(error)) if len(values) > 1 else None,
    )
    # What is not there is no failure of the remote: any other error says more.
    for error in sorted(failed, key=lambda error: isinstance(error, FileNotFoundError)):
        raise error


def _batches(digests: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Objects of one algorithm, some at a time, and the first alone.

    DVC goes on with all that it was given, so a dead remote would be waited for again and again.
    """
    found: dict[str, list[str]] = {}
    for digest in sorted(digests):
        found.setdefault(split(digest)[0], []).append(digest)
    for algorithm, some in found.items():
        yield algorithm, some[:1]
        for start in range(1, len(some), _AT_ONCE):
            yield algorithm, some[start : start + _AT_ONCE]
