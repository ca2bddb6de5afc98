"""A real repository with a small real pipeline, and processes run in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.warm import Ended, Server

PYTHON = sys.executable
MINUTES = 2
UNMEASURED = {"COVERAGE_PROCESS_CONFIG": ""}
_servers: list[Server] = []


class Answer(NamedTuple):
    """How a run of mlvc ended and what it printed."""

    code: int
    out: str
    err: str


def run(
    *args: str | Path, cwd: Path, check: bool = True, env: Mapping[str, str] | None = None
) -> Ended:
    """Run a process to its end with no input; `env` is added to the test's environment.

    With `check`, a failure fails the test and shows all that was printed.
    """
    done = subprocess.run(
        [str(arg) for arg in args],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )
    return _checked(done) if check else done


@contextmanager
def loaded() -> Iterator[None]:
    """Meanwhile, `run_module` forks a process that has loaded DVC, in the environment of now."""
    if sys.platform != "linux":  # elsewhere, a fork is no safe copy
        yield
        return
    with closing(Server(os.environ)) as server:
        _servers.append(server)
        yield
        _servers.remove(server)


def run_module(
    *args: str | Path, cwd: Path, check: bool = True, env: Mapping[str, str] | None = None
) -> Ended:
    """Run `python -I -m ARGS`, in a fork of a process that is `loaded` where one fits."""
    for server in _servers:
        if server.fits({**os.environ, **(env or {})}):
            done = server.run(*map(str, args), cwd=cwd, seconds=MINUTES * 60)
            return _checked(done) if check else done
    return run(PYTHON, "-I", "-m", *args, cwd=cwd, check=check, env=env)


def _checked(done: Ended) -> Ended:
    if done.returncode:
        command = " ".join(done.args)
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done


@dataclass(frozen=True)
class Project:
    """A Git and DVC repository in a temporary folder."""

    path: Path

    def git(self, *args: str, check: bool = True) -> str:
        """What `git ARGS` prints, without the newline at its end."""
        return run("git", *args, cwd=self.path, check=check).stdout.rstrip("\n")

    def dvc(self, *args: str, check: bool = True) -> str:
        """What `dvc ARGS` prints; not measured by coverage, which it is not about."""
        done = run_module("dvc", *args, cwd=self.path, check=check, env=UNMEASURED)
        return done.stdout.rstrip("\n")

    def mlvc(self, *args: str, env: Mapping[str, str] | None = None) -> Answer:
        """Run mlvc on this repository, from a folder elsewhere."""
        elsewhere = Path(os.environ["HOME"])
        done = run_module("mlvc", "-C", str(self.path), *args, cwd=elsewhere, check=False, env=env)
        return Answer(done.returncode, done.stdout, done.stderr)

    def write(self, path: str, text: str) -> Path:
        """Write a file, with the folders it needs; a link to the cache is replaced."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.path / path).read_text(encoding="utf-8")

    def commit(self, message: str) -> str:
        """Commit all that Git does not ignore; the new revision."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def set_param(self, old: str, new: str) -> None:
        """Replace a text that is in `params.yaml` once."""
        params = self.read("params.yaml")
        assert params.count(old) == 1, f"{old!r} is not once in params.yaml"
        self.write("params.yaml", params.replace(old, new))

    def copy(self, path: Path) -> "Project":
        """The same repository elsewhere, with a cache of its own."""
        shutil.copytree(self.path, path, symlinks=True)
        copied = Project(path)
        # The index remembers inodes of the old place.
        copied.git("update-index", "-q", "--refresh")
        return copied
