"""Isolated checkouts of a commit, for running its stages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlvc.registry.git import Git, GitFailed


class Pool:
    """Worktrees below the folder `home` that are used again: Git only changes what differs.

    They stay until `prune`.
    """

    def __init__(self, git: Git, home: Path) -> None:
        self._git, self._home = git, home
        self._free: list[Path] = []

    @contextmanager
    def worktree(self, commit: str) -> Iterator[Path]:
        """A detached worktree of `commit`, with nothing in it but that. After an error it goes."""
        path = self._free.pop() if self._free else self._home / os.urandom(8).hex()
        try:
            if path.exists():
                # All that was changed in it, as well as what is another commit's.
                self._within(path, "checkout", "--force", "--quiet", "--detach", commit)
            else:
                _add(self._git, commit, path)
            yield path
        except BaseException:
            _remove(self._git, path)
            raise
        try:
            self._within(path, "clean", "-ffdxq")
            self._free.append(path)
        except GitFailed:  # such as a folder that was made read-only
            _remove(self._git, path)

    def _within(self, path: Path, *words: str) -> None:
        # The folder's own `.git` is a file that whatever ran in there may have changed.
        own = {"GIT_DIR": str(_records(self._git) / path.name), "GIT_WORK_TREE": str(path)}
        self._git.plumb(*words, env=own)


def _add(git: Git, commit: str, path: Path) -> None:
    # Made before git makes its own part, so that `prune` finds by name what a kill leaves.
    path.mkdir(parents=True)
    git.write("worktree", "add", "--quiet", "--detach", "--end-of-options", str(path), commit)


def prune(git: Git, home: Path) -> None:
    """Remove the worktrees below `home` that an interrupted evaluation left."""
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        _remove(git, path)


def _remove(git: Git, path: Path) -> None:
    # Not `git worktree prune`: that keeps what a killed `worktree add` left locked, and it would
    # forget the user's own worktrees on a disk that is not mounted just now.
    home = _records(git)
    if _belongs(home / path.name, path):
        shutil.rmtree(home / path.name, ignore_errors=True)
        if (home / path.name).exists():
            return  # found again by the name of the files, which stay for that
    with suppress(OSError):
        home.rmdir()
    _remove_files(path)


def _records(git: Git) -> Path:
    return git.cwd / git.text("rev-parse", "--git-common-dir") / "worktrees"


def _belongs(record: Path, path: Path) -> bool:
    """Whether this is git's record of the worktree at `path`, perhaps half written."""
    pointer, own = record / "gitdir", os.path.realpath(path / ".git")
    return not pointer.is_file() or f"{own}\n".startswith(pointer.read_text())


def _remove_files(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        # A stage may leave read-only folders. Files keep their mode: they may be cache objects.
        for folder, inner, _ in os.walk(path):
            for name in inner:
                if not Path(folder, name).is_symlink():
                    Path(folder, name).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
