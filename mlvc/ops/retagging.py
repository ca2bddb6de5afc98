"""Tags that get other names: all of them or none, whatever is killed in between."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mlvc.registry import tags
from mlvc.registry.git import Git

_KEY = "renamed"


class Move(NamedTuple):
    """`old`, whose own id is `id`, becomes `new` on the same commit.

    `at` and `marked` are the new one's date and mark (`tags.mark`).
    `theirs` is the id of the tag that is to be called `old` afterwards, empty for none.
    """

    old: str
    id: str
    new: str
    commit: str
    theirs: str
    at: int = 0
    marked: str = ""


def note(moves: Iterable[Move]) -> dict[str, str]:
    """What the journal says of them: they count once the last new tag is there."""
    every = list(moves)
    ref = {"ref": f"refs/tags/{every[-1].new}", "new": every[-1].commit}
    return {**ref, _KEY: json.dumps([move._asdict() for move in every])}


def finish(git: Git, said: Mapping[str, str]) -> None:
    """Let the old names go, where the journal speaks of any; may be done already."""
    lines = [
        f"update refs/tags/{m.old} {m.theirs} {m.id}\n"
        if m.theirs
        else f"delete refs/tags/{m.old} {m.id}\n"
        for m in _read(said)
        if tags.id_of(git, m.old) == m.id
    ]
    if lines:
        git.plumb("update-ref", "--stdin", data="".join(lines).encode())


def undo(git: Git, said: Mapping[str, str]) -> None:
    """Take the new tags back, as far as they were made."""
    for move in _read(said):
        tags.withdraw(git, move.new, move.commit, move.marked)


def _read(said: Mapping[str, str]) -> list[Move]:
    return [Move(**entry) for entry in json.loads(said.get(_KEY, "[]"))]
