"""Merging `dvc.lock` by stage, where Git would merge it by line."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mlvc.artifacts.blocks import Parts, parts
from mlvc.artifacts.documents import plain

_SECTION = "stages"
Side = Literal["ours", "theirs", "both"]


@dataclass(frozen=True)
class Merged:
    """A merged lock; `conflicts` are the stages that both sides changed, each in its own way.

    These stand in `text` twice, between Git's markers. `stale` has stages that read an output which
    the other side made anew: each with that output.
    """

    text: bytes
    conflicts: tuple[str, ...]
    stale: tuple[tuple[str, str], ...]


def merge(base: bytes, ours: bytes, theirs: bytes) -> Merged | None:
    """Merge two locks whose common ancestor is `base`; None where only lines can be merged.

    That is where one is no lock of DVC, or both changed what stands beside the stages. An empty
    text is a lock without stages.
    """
    locks = [_lock(text) for text in (base, ours, theirs)]
    if None in locks:
        return None
    before, mine, other = ((lock or {}).get(_SECTION) or {} for lock in locks)
    frame = _side(*({**lock, _SECTION: None} if lock else None for lock in locks))
    own, foreign = parts(ours, _SECTION), parts(theirs, _SECTION)
    if own is None or foreign is None or frame == "both":
        return None
    sides = {
        name: _side(before.get(name), mine.get(name), other.get(name))
        for name in _in_order(list(mine), list(other))
    }
    around = own if frame == "ours" else foreign
    blocks = [_block(name, side, own, foreign) for name, side in sides.items()]
    whose = {"ours": mine, "theirs": other, "both": {}}
    kept = {name: entry for name, side in sides.items() if (entry := whose[side].get(name))}
    return Merged(
        text=b"".join([around.head, *blocks, around.tail]),
        conflicts=tuple(name for name, side in sides.items() if side == "both"),
        stale=tuple(_stale(kept, sides)),
    )


def _lock(text: bytes) -> dict[str, Any] | None:
    found = plain(text) if text.strip() else {}
    sound = isinstance(found, dict) and isinstance(found.get(_SECTION) or {}, dict)
    return found if sound else None


def _side(before: Any, mine: Any, other: Any) -> Side:
    """Whose is to be taken: of what only one side changed, that side's."""
    if other in (mine, before):
        return "ours"
    return "theirs" if mine == before else "both"


def _in_order(mine: Sequence[str], other: Sequence[str]) -> list[str]:
    """The stages of both: ours as they stand, each new one of theirs behind what it follows."""
    names = list(mine)
    for at, name in enumerate(other):
        if name not in names:
            names.insert(names.index(other[at - 1]) + 1 if at else 0, name)
    return names


def _block(name: str, side: Side, ours: Parts, theirs: Parts) -> bytes:
    mine, other = ours.entries.get(name, b""), theirs.entries.get(name, b"")
    if side == "both":
        return b"<<<<<<< ours\n%b=======\n%b>>>>>>> theirs\n" % (mine, other)
    return mine if side == "ours" else other


def _stale(stages: Mapping[str, Any], sides: Mapping[str, Side]) -> Iterator[tuple[str, str]]:
    """The stages of one side that read what is now the other's: each with the first such output."""
    made = {
        _path(out): (out.get("md5"), sides[name])
        for name, entry in stages.items()
        for out in entry.get("outs") or ()
    }
    for name, entry in stages.items():
        for dep in entry.get("deps") or ():
            digest, side = made.get(_path(dep), (None, sides[name]))
            if side != sides[name] and digest != dep.get("md5"):
                yield name, _path(dep)
                break


def _path(row: Mapping[str, Any]) -> str:
    return os.path.normpath(str(row.get("path")))
