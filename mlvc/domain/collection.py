"""Which objects of a cache or remote go: those that nothing needs, and that are old enough."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import inf

MANIFEST = ".dir"


@dataclass(frozen=True)
class Found:
    """An object that is somewhere: its digest, its path there, its size in bytes.

    `at` is when it was last changed or linked, in epoch seconds; None where nobody says so.
    `target` is the value of the digest that it is a symbolic link to, if it is one.
    """

    digest: str
    path: str
    size: int
    at: float | None
    target: str = ""

    @property
    def value(self) -> str:
        """The digest without its algorithm."""
        return self.digest.partition(":")[2]


@dataclass(frozen=True)
class Stock:
    """What is in one place: objects that are needed, that are too `recent` to tell, and that go."""

    needed: tuple[Found, ...]
    recent: tuple[Found, ...]
    garbage: tuple[Found, ...]


def sort_out(found: Iterable[Found], needed: Collection[str], before: float) -> Stock:
    """Sort objects by whether their values are needed, and whether they are from `before` then.

    A value is needed under whatever algorithm: DVC 2 and 3 share a cache. So is what a needed
    object is a link to. What nobody dates goes only where there is no time (infinity) before which
    it has to be. Manifests come first in what goes, so that none is there without its files.
    """
    objects = sorted(found, key=lambda one: (not one.value.endswith(MANIFEST), one.digest))
    targets = {one.target for one in objects if one.target and one.value in needed}
    kept, recent, garbage = list[Found](), list[Found](), list[Found]()
    for one in objects:
        if one.value in needed or one.value in targets:
            kept.append(one)
        elif before < inf and (one.at is None or one.at >= before):
            recent.append(one)
        else:
            garbage.append(one)
    return Stock(tuple(kept), tuple(recent), tuple(garbage))
