"""A Git repository that holds a DVC project, at its root or in a subfolder."""

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread

from mlvc.domain.history import CommitNote
from mlvc.errors import Exit, MlvcError
from mlvc.registry import status, trees
from mlvc.registry.folders import Folders
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.walking import Line, walk

_SMALL = 1 << 20  # bytes; pipelines, locks and parameters are asked for again and again
_MANY = 4096


class Repository:
    """Reads of one repository. Paths are relative to `root`, the DVC project's folder.

    `prefix` is where `root` lies in the worktree: empty, or ends with a slash.
    """

    def __init__(self, root: Path, within: "Repository | None" = None) -> None:
        self.root = root
        self.git = Git(root)
        self.places: tuple[Path, Path, Path] = within.places if within else _locate(self.git)
        self.top, self.git_dir, self.common_dir = self.places
        inner = os.path.relpath(root, self.top)
        self.prefix = "" if inner == "." else f"{inner}/"
        # Asked once for every model there is.
        self._lines: dict[str, Line] = {}
        self._walking = Lock()
        self._blobs: dict[str, bytes] = {}
        self._folders = Folders(self.git)

    @cached_property
    def head(self) -> str:
        """The commit of HEAD; raises `MlvcError` in a repository without commits."""
        commit = trees.named(self.git, "HEAD^{commit}")
        if commit is None:
            raise MlvcError(
                "this repository has no commits yet",
                "Commit something first: `git add -A && git commit`.",
            )
        return commit

    @property
    def branch(self) -> str | None:
        """The full name of the checked-out branch, None on a detached HEAD."""
        return self.git.maybe("symbolic-ref", "-q", "HEAD")

    def is_on_a_branch(self, commit: str) -> bool:
        """Whether any branch has a commit, of this clone or of a remote."""
        where = ("refs/heads", "refs/remotes")
        return bool(self.git.text("for-each-ref", "--count=1", f"--contains={commit}", *where))

    @property
    def is_shallow(self) -> bool:
        """Whether history is cut off."""
        return (self.common_dir / "shallow").exists()

    @property
    def shows_all(self) -> bool:
        """Whether history is what the commits say: neither cut off, nor is any of it replaced."""
        instead, packed = self.common_dir / "refs" / "replace", self.common_dir / "packed-refs"
        # What refs there are in a reftable, only git can tell.
        others = ("info/grafts", "reftable")
        return not (
            self.is_shallow
            or any((self.common_dir / name).exists() for name in others)
            or (instead.is_dir() and any(instead.iterdir()))
            or (packed.exists() and b" refs/replace/" in packed.read_bytes())
        )

    @property
    def names_its_worktree(self) -> bool:
        """Whether `core.worktree` is set, as in a submodule: not all who read it know better."""
        return self.git.holds("config", "--local", "--get", "core.worktree")

    @property
    def operation(self) -> str | None:
        """An unfinished merge, rebase, cherry-pick, revert or bisect."""
        return status.operation(self.git_dir)

    def uncommitted(self) -> tuple[status.Uncommitted, ...]:
        """Paths that differ from HEAD."""
        return status.uncommitted(self.git, self.prefix)

    def unseen(self, paths: Iterable[str], commit: str) -> list[str]:
        """Those of the files of a commit that were changed where Git was told not to look."""
        tree = self.tree(commit)
        tracked = {path: tree[path].id for path in paths if path in tree}
        return status.unseen(self.git, self.prefix, tracked)

    def resolve(self, revision: str) -> str:
        """The commit that `revision` names; raises `MlvcError` (MISSING)."""
        commit = trees.named(self.git, f"{revision}^{{commit}}")
        if commit is None:
            hint = "`mlvc list` shows the releases, `git branch -a` the branches."
            if self.is_shallow:
                hint = "This clone is shallow: `git fetch --unshallow --tags`."
            raise MlvcError(f"{revision!r} names no release and no commit", hint, Exit.MISSING)
        return commit

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is reachable from `new`."""
        return self.git.holds("merge-base", "--is-ancestor", old, new)

    def reachable(self, commits: Iterable[str], head: str) -> frozenset[str]:
        """Those of `commits` that are ancestors of `head`, or `head` itself."""
        return self.line(head).commits & set(commits)

    def tree(self, commit: str, prefix: str | None = None) -> dict[str, trees.Entry]:
        """The tracked files of a commit below the project's root, or below another `prefix`."""
        return self._folders.tree(commit, self.prefix if prefix is None else prefix)

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Contents of blobs by id; small ones are remembered."""
        wanted = set(ids)
        if len(self._blobs) > _MANY:
            self._blobs.clear()
        fresh = trees.read_blobs(self.git, wanted - self._blobs.keys())
        self._blobs |= {blob: data for blob, data in fresh.items() if len(data) <= _SMALL}
        return fresh | {blob: self._blobs[blob] for blob in wanted - fresh.keys()}

    def notes(self, head: str) -> tuple[CommitNote, ...]:
        """The commits reachable from `head` that record or revert a rollback, newest first."""
        return self.line(head).notes

    def line(self, head: str) -> Line:
        """What is reachable from `head`, in one walk."""
        with self._walking:  # who comes second waits, and need not walk
            if head not in self._lines:
                self._lines[head] = walk(self.git, head)
        return self._lines[head]

    def walk_ahead(self) -> None:
        """Begin to walk the line of HEAD, which takes git a while; `line` waits for it."""
        head = self.head

        def walk_it() -> None:
            with suppress(MlvcError):  # who needs the line is told
                self.line(head)

        Thread(target=walk_it, daemon=True).start()

    def take(self, head: str, line: Line) -> None:
        """Know the line of a commit without a walk."""
        with self._walking:
            self._lines[head] = line

    def tells_since(self, old: str, head: str) -> bool:
        """Whether any commit that `head` has and `old` has not records or reverts a rollback."""
        return bool(walk(self.git, head, f"^{old}").notes)

    def since(self, old: str, head: str) -> frozenset[str]:
        """The commits of the line of `head` that came after `old`, and `old` itself."""
        found = self.git.text("rev-list", "--ancestry-path", f"{old}..{head}")
        return frozenset([old, *found.split()])

    def walked(self) -> frozenset[str]:
        """The commits that were walked, or are just being walked: they are here."""
        with self._walking:
            lines = [line.commits for line in self._lines.values()]
            return lines[0] if len(lines) == 1 else frozenset().union(*lines)


def _locate(git: Git) -> tuple[Path, Path, Path]:
    try:
        lines = git.text(
            "rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"
        ).split("\n")
    except GitFailed as failed:
        if "dubious ownership" in failed.stderr:
            raise MlvcError(
                f"{git.cwd} belongs to another user, so Git does not trust it",
                f"If you do: `git config --global --add safe.directory {git.cwd}`.",
            ) from failed
        raise MlvcError(
            f"{git.cwd} is not in a Git worktree",
            "Run `git init` first, or name the repository with `-C DIR`.",
            Exit.NOT_A_REPOSITORY,
        ) from None
    top, git_dir, common = (Path(line) for line in lines)
    return top, git_dir, (git.cwd / common).resolve()
