"""How git is started: hooks and fsmonitor off, everything synced, no inherited `GIT_*`."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlvc.errors import Exit, MlvcError
from mlvc.registry.environment import scrubbed

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
OPTIONS = [word for key, value in _SAFE for word in ("-c", f"{key}={value}")]
"""What git is told before the command."""

_CHUNK = 1 << 20
ENGLISH = {"LC_ALL": "C", "LANGUAGE": "C"}
"""Some of what git says is looked at."""


def started(
    cwd: Path, args: tuple[str, ...], env: Mapping[str, str] | None = None, **pipes: Any
) -> subprocess.Popen[bytes]:
    """A git command that runs in `cwd`; its streams are pipes where `pipes` does not say else.

    Raises `MlvcError` where there is no such folder, or no git.
    """
    try:
        return subprocess.Popen(
            ["git", *OPTIONS, *args],
            cwd=cwd,
            bufsize=_CHUNK,
            env={**scrubbed(os.environ), **ENGLISH, "GIT_OPTIONAL_LOCKS": "0", **(env or {})},
            **{**dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE), **pipes},
        )
    except FileNotFoundError:
        if not cwd.is_dir():
            raise MlvcError(
                f"{cwd} is not a folder", "Name a folder that exists.", Exit.USAGE
            ) from None
        raise MlvcError("git was not found", "Install git and put it on PATH.") from None


def ended(process: Any, data: bytes | None = None) -> tuple[bytes, bytes, int]:
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
