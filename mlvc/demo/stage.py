"""Where the demo plays: it prints each command, runs it, and shows what it answers."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlvc.errors import MlvcError

# Without `-I`, a repository's own modules would be imported instead.
_TOOLS = {name: [sys.executable, "-I", "-m", name] for name in ("mlvc", "dvc")}


class Stage:
    """Runs commands in the demo's folder. What people read goes to stdout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._env = {
            **os.environ,
            # The stages say `python`: it has to be one that has scikit-learn.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "DVC_NO_ANALYTICS": "1",
            "GIT_PAGER": "cat",
        }

    def say(self, text: str = "") -> None:
        """Tell the story."""
        print(text, flush=True)  # noqa: T201 - a tutorial is there to be read

    def chapter(self, title: str) -> None:
        """Begin something new."""
        self.say(f"\n# {title}")

    def run(self, command: str, *, code: int = 0, shown: bool = True) -> str:
        """Print a command, run it, show its answer and return it.

        Raises `MlvcError` where it does not end with `code`: then the story would be untrue.
        """
        self.say(f"$ {command}")
        began = time.monotonic()
        with _waiting(command):
            done = self._call(shlex.split(command))
        answer = done.stdout.rstrip()
        if answer and (shown or done.returncode != code):
            self.say("\n".join(f"  {line}" for line in answer.splitlines()))
        if (seconds := time.monotonic() - began) > 1:
            self.say(f"  ({seconds:.1f} s)")
        if done.returncode != code:
            raise MlvcError(
                f"the demo stopped: `{command}` ended with {done.returncode} instead of {code}",
                f"Look into {self.folder}, where it was run.",
            )
        return answer

    def ask(self, command: str) -> str:
        """Run a command without showing it: for the demo's own checks."""
        return self._call(shlex.split(command)).stdout.strip()

    def check(self, claim: str, holds: bool) -> None:
        """State a claim that was just shown; raises `MlvcError` where it does not hold."""
        self.say(f"  {'✓' if holds else '✗'} {claim}")
        if not holds:
            raise MlvcError(f"the demo's claim does not hold: {claim}", f"Look into {self.folder}.")

    def _call(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_TOOLS.get(words[0], words[:1]), *words[1:]],
            cwd=self.folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


@contextmanager
def _waiting(command: str) -> Iterator[None]:
    """A spinner while a command runs, on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(command):
        yield
