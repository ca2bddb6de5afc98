"""Large objects that are proven while they are copied, so that their bytes are read once."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mlvc.artifacts.objects import Cache, split

_LARGE = 1 << 20  # bytes: below, a second read costs less than the threads


@dataclass
class Deferred:
    """What waits for its proof.

    `names` are the objects, by digest with what they are of; `copied` those that were, and so are
    proven; `checks` what can only be judged when all are; `expected` the SHA-256 in hex that a
    release states of an object. While `is_open`, large objects that are to be copied may be added.
    """

    is_open: bool = False
    names: dict[str, str] = field(default_factory=dict)
    copied: set[str] = field(default_factory=set)
    expected: dict[str, str] = field(default_factory=dict)
    checks: list[Callable[[], None]] = field(default_factory=list)

    @contextmanager
    def opened(self, *, really: bool) -> Iterator[None]:
        """Let what is proven inside wait, if it may."""
        self.is_open = really
        try:
            yield
        finally:
            self.is_open = False

    def takes(self, cache: Cache, digest: str) -> bool:
        """Whether the proof of an object may wait until it is copied."""
        if not self.is_open or not cache.copies or split(digest)[0] != "md5":
            return False
        try:
            status = os.lstat(cache.file(digest))
        except OSError:
            return False  # that is told where it is proven
        return stat.S_ISREG(status.st_mode) and status.st_size >= _LARGE

    def waits_for(self, digests: Iterable[str]) -> bool:
        """Whether one of these objects is proven as it is copied."""
        return bool(self.names) and any(digest in self.names for digest in digests)
