"""Building commits without touching the user's index or worktree."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.grafts import Forest
from mlvc.registry.trees import Entry, named

ZERO = "0" * 40
Edits = Mapping[str, Entry | None]
"""Paths from the top of the worktree to their new entry, None to delete."""


def check_identity(git: Git) -> None:
    """Refuse early where Git does not know who commits."""
    if not all(git.holds("var", who) for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")):
        raise MlvcError(
            "Git does not know who you are",
            'Set it: `git config user.name "You"; git config user.email you@example.com`.',
        )


def build(forest: Forest, parent: str, edits: Edits, message: str) -> str:
    """Store a commit of `parent`'s tree with `edits`, and what else is new in the forest.

    No ref moves. `commit.gpgSign` holds.
    """
    tree = forest.graft(named(forest.git, f"{parent}^{{tree}}"), edits)
    forest.store()
    return commit_tree(forest.git, tree, [parent], message)


def commit_tree(git: Git, tree: str, parents: list[str], message: str) -> str:
    """Store a commit object, signed where the user's configuration asks for it."""
    # commit-tree is plumbing: it does not look at commit.gpgSign by itself.
    signed = git.maybe("config", "--type=bool", "commit.gpgSign") == "true"
    words = [word for parent in parents for word in ("-p", parent)] + [tree, "-F", "-"]
    data = message.encode()
    try:
        return git.plumb("commit-tree", *(["-S"] if signed else []), *words, data=data)
    except GitFailed as failed:
        if not signed:
            raise
        # Git's words do not tell which of the two failed; that it fails without, too, does.
        git.plumb("commit-tree", *words, data=data)
        raise _unsigned(failed) from failed


def _unsigned(failed: GitFailed) -> MlvcError:
    said = " ".join(failed.stderr.split())
    return MlvcError(
        f"the commit cannot be signed: Git says {said}",
        "`commit.gpgSign` is on: mend the signing key or its program, or turn it off.",
    )


def move(git: Git, ref: str, new: str, old: str, reason: str = "mlvc") -> None:
    """Set a ref, provided that it still has its old value.

    Raises `MlvcError` when it has not, and `GitFailed` where it has and cannot be set.
    """
    try:
        git.plumb("update-ref", "-m", reason, ref, new, old)
    except GitFailed as failed:
        if (git.maybe("rev-parse", "-q", "--verify", ref) or ZERO) == old:
            raise
        raise MlvcError(
            f"{ref} moved while mlvc was at work: {failed.message}", "Look at it, then run again."
        ) from failed


def changed(git: Git, commit: str) -> tuple[Edits, Edits]:
    """What a commit changed: the entries before it, and those that it has; None for no file."""
    rows = git.read("diff-tree", "-r", "-z", "--no-renames", f"{commit}^", commit).split(b"\0")
    before: dict[str, Entry | None] = {}
    after: dict[str, Entry | None] = {}
    # `:MODE MODE ID ID STATUS`, then the path.
    for meta, path in zip(rows[::2], rows[1::2], strict=False):
        was, now, old, new, _ = meta.decode().removeprefix(":").split(" ")
        name = os.fsdecode(path)
        before[name] = Entry(was, old) if int(was, 8) else None
        after[name] = Entry(now, new) if int(now, 8) else None
    return before, after


def stage(git: Git, edits: Edits, env: Mapping[str, str]) -> None:
    """Put entries into the index that `env` names."""
    lines = [
        os.fsencode(f"{entry.mode if entry else '0'} {entry.id if entry else ZERO}\t{path}\0")
        for path, entry in sorted(edits.items(), key=lambda item: (item[1] is not None, item[0]))
    ]
    if lines:
        git.plumb("update-index", "-z", "--index-info", data=b"".join(lines), env=env)


@contextmanager
def scratch_index() -> Iterator[dict[str, str]]:
    """The environment for an index of one's own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mlvc-index-") as folder:
        yield {"GIT_INDEX_FILE": str(Path(folder) / "index")}


def check_out(git: Git, commit: str, paths: list[str], folder: Path) -> None:
    """Write files of a commit below `folder` as a checkout would: filters and modes applied.

    Paths are from the top of the worktree; neither the user's index nor worktree is touched.
    """
    if not paths:
        return
    with scratch_index() as env:
        git.plumb("read-tree", commit, env=env)
        data = b"".join(os.fsencode(path) + b"\0" for path in paths)
        # In a worktree of its own: so attributes are the commit's, not those of the user's.
        env["GIT_WORK_TREE"] = str(folder)
        try:
            git.plumb("checkout-index", "-z", "--stdin", f"--prefix={folder}/", data=data, env=env)
        except GitFailed as failed:
            raise _unfiltered(failed, commit) if "filter" in failed.stderr else failed from failed


def _unfiltered(failed: GitFailed, commit: str) -> MlvcError:
    said = [line for line in failed.stderr.splitlines() if "filter" in line][-1].strip()
    return MlvcError(
        f"a filter of Git cannot make a file of {commit[:10]}: Git says {said}",
        f"Where it is Git LFS: `git lfs fetch origin {commit}`, then run again.",
        Exit.MISSING,
    )
