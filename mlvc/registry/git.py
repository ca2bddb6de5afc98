"""One way to run git: hooks and fsmonitor off, everything synced, no inherited `GIT_*`.

Reads and plumbing are plain subprocesses, since importing GitPython costs as much as thirty of
them; tags and worktrees are made through GitPython.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from mlvc.errors import Exit, MlvcError
from mlvc.registry.environment import refuse_pointers, scrubbed

# A repository is content from elsewhere: nothing in it may run because mlvc looks at it, and what
# mlvc writes must survive a power cut (git syncs nothing by default).
_SAFE = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.fsync", "all"),
    ("core.quotePath", "false"),
    ("protocol.ext.allow", "never"),
    ("advice.detachedHead", "false"),
    ("gc.auto", "0"),
    # Messages are written and read as UTF-8, whatever the user's own are in.
    ("i18n.commitEncoding", "UTF-8"),
)
_OPTIONS = [word for key, value in _SAFE for word in ("-c", f"{key}={value}")]

_CHUNK = 1 << 20
# Some of what git says is looked at.
_ENGLISH = {"LC_ALL": "C", "LANGUAGE": "C"}


class GitFailed(MlvcError):  # noqa: N818 - reads as what happened
    """A git command ended with an error; `status` is its exit code."""

    def __init__(self, args: tuple[str, ...], status: int, stderr: str) -> None:
        last = [line for line in stderr.strip().splitlines() if line.strip()] or ["no message"]
        said = next((line for line in last if line.startswith(("fatal:", "error:"))), last[-1])
        super().__init__(f"git {args[0]} failed: {said}", hint="See what git says and try again.")
        self.status = status
        self.stderr = stderr


class Git:
    """Runs git commands in `cwd`."""

    def __init__(self, cwd: Path) -> None:
        self.cwd = cwd

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
            self._started(args, stdin=given or subprocess.DEVNULL, stderr=stderr) as process,
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
                ["git", *_OPTIONS, *args],
                istream=stdin,
                as_process=True,
                env={**_ENGLISH, **(env or {})},
                close_fds=False,  # as in `plumb`
            )
            out, err, status = _ended(running.proc)
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
        process = self._started(args, env, close_fds=close_fds)
        out, err, status = _ended(process, data)
        return subprocess.CompletedProcess(args, status, out, err)

    def _started(
        self,
        args: tuple[str, ...],
        env: Mapping[str, str] | None = None,
        *,
        stdin: int | IO[bytes] = subprocess.PIPE,
        stderr: int | IO[bytes] = subprocess.PIPE,
        close_fds: bool = True,
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ["git", *_OPTIONS, *args],
                cwd=self.cwd,
                bufsize=_CHUNK,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env={**scrubbed(os.environ), **_ENGLISH, "GIT_OPTIONAL_LOCKS": "0", **(env or {})},
                close_fds=close_fds,
            )
        except FileNotFoundError:
            if not self.cwd.is_dir():
                raise MlvcError(
                    f"{self.cwd} is not a folder", "Name a folder that exists.", Exit.USAGE
                ) from None
            raise MlvcError("git was not found", "Install git and put it on PATH.") from None


def edition(git: Git) -> tuple[int, ...]:
    """Which Git this is: the first two numbers of its version."""
    words = git.text("version").split()
    return tuple(int(number) for number in words[2].split(".")[:2])


def _checked(args: tuple[str, ...], done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode:
        raise GitFailed(args, done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout


def _ended(process: Any, data: bytes | None = None) -> tuple[bytes, bytes, int]:
    """What a process printed, and its status; where this one is interrupted, it is ended first.

    Or who clears up after the interrupt would be overtaken by a git that is still at work.
    """
    with process:
        try:
            out, err = process.communicate(data)
        except BaseException:
            process.terminate()
            process.wait()  # `with` does so only for a moment where it was Ctrl-C
            raise
    return out, err, process.returncode


def _text(out: object) -> str:
    return os.fsdecode(out) if isinstance(out, bytes) else str(out)
