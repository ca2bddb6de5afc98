"""Publishing a new index: the user's own, with the touched paths replaced."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from mlvc.errors import Exit, MlvcError, naming
from mlvc.registry import commits
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.trees import Entry

_MARK = b"held by mlvc; `mlvc recover` clears it\n"


class Index:
    """The index of one worktree, held by its lock file as git itself holds it.

    The order of use is `hold`, `prepare`, then `publish` after the commit, or `release`. Each may
    be run again after a crash: only a lock that carries mlvc's own mark is ever removed.
    """

    def __init__(self, git: Git, git_dir: Path) -> None:
        self.git = git
        self.path = git_dir / "index"
        self.lock = git_dir / "index.lock"
        self.next = git_dir / "mlvc" / "index.next"

    def hold(self) -> None:
        """Take `index.lock`; raises `MlvcError` (LOCKED) when git holds it."""
        # With the mark in it from the first moment: who is killed here leaves a lock known as ours.
        draft = self.next.with_name("index.lock.new")
        self._write(draft)
        try:
            _link(draft, self.lock)
        except FileExistsError:
            raise MlvcError(
                f"{self.lock} exists: another git process is at work",
                "Wait for it to end. If none is running, delete that file.",
                Exit.LOCKED,
            ) from None
        finally:
            draft.unlink(missing_ok=True)

    def _write(self, draft: Path) -> None:
        draft.parent.mkdir(parents=True, exist_ok=True)
        with naming(self.lock), draft.open("wb") as file:
            file.write(_MARK)
            file.flush()
            os.fsync(file.fileno())

    def prepare(self, edits: commits.Edits) -> None:
        """Write the new index beside the old one."""
        self.next.parent.mkdir(parents=True, exist_ok=True)
        self.next.unlink(missing_ok=True)
        if self.path.exists():
            with naming(self.next):
                shutil.copy2(self.path, self.next)
        commits.stage(self.git, edits, {"GIT_INDEX_FILE": str(self.next)})

    def publish(self, commit: str) -> None:
        """Make the prepared index the user's, in one rename, and let go of the lock.

        Who has deleted our lock, as git advises after a kill, may have staged something since: then
        no more is staged than what `commit` changed and the index has as it was before.
        """
        if self.next.exists() and self._is_held():
            self._refresh()
            self.next.replace(self.path)
        elif self.next.exists():
            self._restage(commit)
        self.release()

    def release(self) -> None:
        """Let go of the lock and drop an index that was not published."""
        self.next.with_name("index.lock.new").unlink(missing_ok=True)
        self.next.unlink(missing_ok=True)
        if self._is_held():
            self.lock.unlink()

    def _is_held(self) -> bool:
        return self.lock.exists() and self.lock.read_bytes() == _MARK

    def _restage(self, commit: str) -> None:
        before, after = commits.changed(self.git, commit)
        names = [f":(top,literal){path}" for path in after]
        rows = self.git.read("ls-files", "-s", "-z", "--full-name", "--", *names) if names else b""
        # `MODE ID STAGE`, a tab and the path.
        staged = {}
        for meta, _, path in (row.partition(b"\t") for row in rows.split(b"\0") if row):
            mode, oid, _stage = meta.decode().split(" ")
            staged[os.fsdecode(path)] = Entry(mode, oid)
        due = {path: new for path, new in after.items() if staged.get(path) == before[path]}
        commits.stage(self.git, due, {})

    def _refresh(self) -> None:
        # Spares the next `git status` from reading the files again. It exits with 1 where a path
        # of the user's is dirty, which is no failure here.
        with suppress(GitFailed):
            self.git.plumb(
                "update-index", "-q", "--refresh", env={"GIT_INDEX_FILE": str(self.next)}
            )


def _link(draft: Path, lock: Path) -> None:
    try:
        os.link(draft, lock)
    except FileExistsError:
        raise
    except OSError:  # a filesystem without hard links
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        draft.replace(lock)
