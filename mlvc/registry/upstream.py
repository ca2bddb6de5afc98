"""Having all refs of Git remotes here for a while, so that what they need is known."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlvc.registry import sharing
from mlvc.registry.git import Git
from mlvc.registry.recording import REF

FOLDER = "refs/mlvc/collecting/"

Seen = dict[str, dict[str, str]]
"""The refs of each remote, with their ids."""


def seen(git: Git) -> Seen:
    """What the remotes have now; raises `MlvcError` where one cannot be read."""
    return {name: sharing.look(git, name) for name in git.text("remote").split()}


@contextmanager
def brought(git: Git, theirs: Seen) -> Iterator[None]:
    """Have refs to all that the remotes have and that no ref here is; they go afterwards."""
    forget(git)
    try:
        here = set(git.text("for-each-ref", "--format=%(objectname)").split())
        for name, refs in theirs.items():
            sharing.fetch(git, name, [
                f"+{ref}:{FOLDER}{name}/{ref.removeprefix('refs/')}"
                for ref, oid in refs.items()
                if ref.startswith("refs/") and ref != REF and not ref.endswith("^{}")
                and oid not in here
            ])  # fmt: skip
        yield
    finally:
        forget(git)


def forget(git: Git) -> None:
    """Remove those refs, also those of a run that was killed."""
    refs = git.text("for-each-ref", "--format=delete %(refname)", FOLDER)
    if refs:
        git.plumb("update-ref", "--stdin", data=f"{refs}\n".encode())
