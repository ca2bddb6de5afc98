"""Uniting the records of clones: the union of their trees, in a commit that follows from both.

Nothing that one of them has is lost, and each can be pushed to the other without force.
"""

import logging
import os
from collections.abc import Iterator
from typing import NamedTuple

from mlvc.domain.evaluation import Evaluation
from mlvc.registry.evaluations import REMOTES, refs
from mlvc.registry.git import Git
from mlvc.registry.grafts import Forest
from mlvc.registry.recording import REF, Tip, advance, commit
from mlvc.registry.trees import Entry, try_objects

_EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # the tree without entries
_log = logging.getLogger(__name__)


class United(NamedTuple):
    """How many evaluations were taken over from where."""

    name: str
    added: int


class _Difference(NamedTuple):
    """What another tree has and ours has not, and paths where each has something else.

    `is_ahead` where it is ours with more evaluations, and nothing else.
    """

    added: dict[str, Entry]
    odd: list[str]
    differing: list[str]
    is_ahead: bool


def unite(git: Git) -> tuple[United, ...]:
    """Take over what was fetched into `refs/mlvc/remotes/NAME/evaluations`.

    Where nothing was, this costs one git process.
    """
    found = refs(git)
    own = found.pop(REF, None)
    names = {ref.removeprefix(f"{REMOTES}/").rpartition("/")[0]: tip for ref, tip in found.items()}
    done = (merge(git, tip, name) for name, tip in names.items() if tip != own)
    return tuple(united for united in done if united)


def merge(git: Git, other: str, name: str) -> United | None:
    """Unite the record with the commit `other`; None where it contains that already.

    It takes as long as there are differences. Where both have a path, whose name holds a random
    id, the contents are the same; where they are not, somebody wrote one anew, and ours stays.
    """
    forest, taken = Forest(git), list[int]()
    trees = try_objects(git, [f"{other}^{{tree}}"])
    if not trees:
        _log.warning("note: %s/%s/evaluations is no record, and is left out", REMOTES, name)
        return None
    (theirs,) = (tree.id for tree in trees.values())

    def united(tip: Tip) -> str | None:
        if tip.commit and git.holds("merge-base", "--is-ancestor", other, tip.commit):
            return None
        found = _difference(git, tip.tree or _EMPTY, theirs)
        taken.append(len(found.added))
        _tell(name, found)
        if found.is_ahead and _follows(git, other, tip):
            return other
        tree = forest.graft(tip.tree, found.added)
        return commit(forest, tree, f"Unite with {name}", tip.commit, other)

    advance(git, forest, united)
    return United(name, taken[-1]) if taken else None


def _follows(git: Git, other: str, tip: Tip) -> bool:
    return tip.commit is None or git.holds("merge-base", "--is-ancestor", tip.commit, other)


def _difference(git: Git, ours: str, theirs: str) -> _Difference:
    added, odd, differing, lacking = dict[str, Entry](), list[str](), list[str](), False
    for path, old, new in _changes(git, ours, theirs):
        if new is None:
            lacking = True
        elif new.mode != "100644" or not Evaluation.is_path(path):
            odd.append(path)
        elif old is not None:
            differing.append(path)
        else:
            added[path] = new
    return _Difference(added, odd, differing, not (lacking or odd or differing))


def _changes(git: Git, ours: str, theirs: str) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    """Paths whose entries differ: ours, theirs. Git goes down only where the trees differ."""
    out = git.read("diff-tree", "-r", "-z", "--no-renames", ours, theirs)
    fields = iter(os.fsdecode(out).split("\0"))
    for meta, path in zip(fields, fields, strict=False):
        old_mode, new_mode, old, new, _ = meta.removeprefix(":").split(" ")
        yield path, _entry(old_mode, old), _entry(new_mode, new)


def _entry(mode: str, oid: str) -> Entry | None:
    return Entry(mode, oid) if int(mode, 8) else None


def _tell(name: str, found: _Difference) -> None:
    for paths, why in (
        (found.odd, "is no evaluation, and is left out"),
        (found.differing, "has another content here, which stays"),
    ):
        if paths:
            more = f" (and {len(paths) - 1:,} more)" if paths[1:] else ""
            _log.warning("note: %s of the record of %s%s %s", ascii(paths[0]), name, more, why)
