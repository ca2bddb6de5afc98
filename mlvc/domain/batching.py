"""Many things, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The items in lists of `size`, the last of which may be shorter; as itertools, from 3.12."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
