"""The ref of the record: one commit after the other, whoever else appends at the same time."""

import os
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mlvc.errors import Exit, MlvcError
from mlvc.registry.commits import ZERO
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.grafts import Forest
from mlvc.registry.trees import try_objects

REF = "refs/mlvc/evaluations"
_ATTEMPTS = 50
_PAUSE_MS = 40
# For a record that a machine writes: where Git knows nobody, an hour's run shall not be lost.
_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "mlvc"), ("EMAIL", "mlvc@localhost"))
}


@dataclass(frozen=True)
class Tip:
    """The newest commit of the record and its tree; both None where nothing was recorded."""

    commit: str | None
    tree: str | None


def advance(
    git: Git, forest: Forest, change: Callable[[Tip], str | None], folders: Iterable[str] = ()
) -> None:
    """Set the ref to the commit that `change` makes of the tip; None leaves it as it is.

    Where the ref has moved meanwhile, once more. `folders` are read together with the tip, for
    what is in them will be wanted. Until the ref moves, which is one step, all that is written is
    named by nothing. Raises `MlvcError` (LOCKED) where a lock stays.
    """
    said = ""
    for _ in range(_ATTEMPTS):
        tip = _tip(git, forest, folders)
        made = change(tip)
        if made is None:
            return
        try:
            git.plumb("update-ref", REF, made, tip.commit or ZERO)
        except GitFailed as failed:
            if "lock" not in failed.stderr:
                raise
            said = failed.message
            time.sleep(secrets.randbelow(_PAUSE_MS) / 1000)
        else:
            return
    raise MlvcError(
        f"the evaluation could not be recorded: {said}",
        "If no other git runs here, delete the lock file that it names; then run it again.",
        Exit.LOCKED,
    )


def commit(forest: Forest, tree: str, message: str, *parents: str | None) -> str:
    """Store what is new in the forest, and a commit of it."""
    forest.store()
    # Plumbing: no signature is asked for, since this is often unattended.
    words = [word for parent in parents if parent for word in ("-p", parent)]
    args, data = ["commit-tree", *words, tree, "-F", "-"], os.fsencode(message)
    try:
        return forest.git.plumb(*args, data=data)
    except GitFailed:
        return forest.git.plumb(*args, data=data, env=_NOBODY)


def _tip(git: Git, forest: Forest, folders: Iterable[str]) -> Tip:
    """The tip as the ref is now. The trees may be newer: then they are of no use, and no harm."""
    names = [f"{REF}^{{tree}}", *(f"{REF}:{folder}" for folder in folders)]
    found = try_objects(git, [REF, *names])
    forest.know(one for one in found.values() if one.kind == "tree")
    if REF not in found:
        return Tip(None, None)
    return Tip(found[REF].id, found[REF].data[5:].partition(b"\n")[0].decode())
