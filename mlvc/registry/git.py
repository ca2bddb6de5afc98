"""One way to run git: hooks and fsmonitor off, everything synced, no inherited `GIT_*`.

Reads and plumbing are plain subprocesses, since importing GitPython costs as much as thirty of
them; tags and worktrees are made through GitPython.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import IO, cast

from mlvc.domain.remedy import remedy
from mlvc.errors import MlvcError
from mlvc.registry.asking import Asking
from mlvc.registry.environment import refuse_pointers
from mlvc.registry.launching import ENGLISH, OPTIONS, ended, started


class GitFailed(MlvcError):  # noqa: N818 - reads as what happened
    """A git command ended with an error; `status` is its exit code."""

    def __init__(self, args: tuple[str, ...], status: int, stderr: str) -> None:
        last = [line for line in stderr.strip().splitlines() if line.strip()] or ["no message"]
        said = next((line for line in last if line.startswith(("fatal:", "error:"))), last[-1])
        then = remedy(stderr)
        hint = f"{then}, then run again." if then else "See what git says and try again."
        super().__init__(f"git {args[0]} failed: {said}", hint)
        self.status = status
        self.stderr = stderr


def loading() -> None:
    """Begin to load what `Git.write` needs, which takes longer than git to answer a question."""
    Thread(target=import_module, args=("git",), daemon=True).start()


class Git:
    """Runs git commands in `cwd`."""

    def __init__(self, cwd: Path) -> None:
        self.cwd = cwd
        self.asking = Asking(
            partial(started, cwd, ("cat-file", "--batch"), stderr=subprocess.DEVNULL)
        )

    def read(self, *args: str, data: bytes | None = None) -> bytes:
        """The output of a git command that changes nothing; raises `GitFailed`."""
        return _checked(args, self._run(args, data))

    def text(self, *args: str) -> str:
        """The output as text, without the last newline."""
        return os.fsdecode(self.read(*args)).rstrip("\n")

    def maybe(self, *args: str) -> str | None:
        """The output as text, or None where git refuses."""
        done = self._run(args, None)
        return None if done.returncode else os.fsdecode(done.stdout).rstrip("\n")

    def holds(self, *args: str) -> bool:
        """Whether a git command that answers by its exit code says yes."""
        return self._run(args, None).returncode == 0

    def run(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        """A git command that tells more by its exit code than yes or no."""
        return self._run(args, None)

    @contextmanager
    def printing(self, *args: str, given: IO[bytes] | None = None) -> Iterator[IO[bytes]]:
        """What a git command prints, while it prints it; it reads the file `given`.

        Raises `GitFailed` at its end.
        """
        with (
            tempfile.TemporaryFile() as stderr,
            started(self.cwd, args, stdin=given or subprocess.DEVNULL, stderr=stderr) as process,
        ):
            try:
                yield cast("IO[bytes]", process.stdout)
                status = process.wait()
            except BaseException:
                process.terminate()
                process.wait()
                raise
            if status:
                stderr.seek(0)
                raise GitFailed(args, status, stderr.read().decode(errors="replace"))

    def plumb(
        self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> str:
        """Run a plumbing command that writes objects, an index or a ref; its output as text."""
        # A git that outlives a killed mlvc keeps its lock: nobody recovers meanwhile.
        done = self._run(args, data, env, close_fds=False)
        return os.fsdecode(_checked(args, done)).rstrip("\n")

    def write(
        self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> str:
        """Run a git command that changes the repository, through GitPython."""
        import git

        refuse_pointers()
        # GitPython takes stdin from a real file only.
        with tempfile.TemporaryFile() as stdin:
            stdin.write(data or b"")
            stdin.seek(0)
            running = git.Git(self.cwd).execute(
                ["git", *OPTIONS, *args],
                istream=stdin,
                as_process=True,
                env={**ENGLISH, **(env or {})},
                close_fds=False,  # as in `plumb`
            )
            out, err, status = ended(running.proc)
        if status:
            raise GitFailed(args, status, _text(err))
        return _text(out.removesuffix(b"\n"))

    def _run(
        self,
        args: tuple[str, ...],
        data: bytes | None,
        env: Mapping[str, str] | None = None,
        *,
        close_fds: bool = True,
    ) -> subprocess.CompletedProcess[bytes]:
        process = started(self.cwd, args, env, close_fds=close_fds)
        out, err, status = ended(process, data)
        return subprocess.CompletedProcess(args, status, out, err)


def edition(git: Git) -> tuple[int, ...]:
    """Which Git this is: the first two numbers of its version."""
    words = git.text("version").split()
    return tuple(int(number) for number in words[2].split(".")[:2])


def _checked(args: tuple[str, ...], done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode:
        raise GitFailed(args, done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout


def _text(out: object) -> str:
    return os.fsdecode(out) if isinstance(out, bytes) else str(out)
