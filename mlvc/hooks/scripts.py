"""The text of hooks: small scripts of the POSIX shell, put together here."""

import shlex
import sys
from importlib.resources import files
from pathlib import Path

from mlvc.domain.belonging import DATA, MODELS

HOOKS = ("pre-commit", "post-checkout", "post-merge", "post-rewrite", "pre-push")
"""The hooks that do something; `commit-msg`, `post-commit` and all others are left alone."""

_FOLLOWING = ("post-checkout", "post-merge", "post-rewrite")
_MARK = b"# mlvc hook: "
_PYTHON = b"\npython="
_FAR = 300  # bytes: a hook says on its second line whose it is


def script(name: str, before: str = "") -> bytes:
    """The hook of that name; one that is not of `HOOKS` only hands on to what was there.

    `before` is the folder of hooks that run first; where it is empty, it is the file beside this
    one that `chained` names.
    """
    parts = (
        "start",
        *(["follow"] if name in _FOLLOWING else []),
        name if name in HOOKS else "other",
    )
    text = "".join(map(_read, parts))
    words = {"BEFORE": shlex.quote(before), "PYTHON": shlex.quote(sys.executable)}
    for word, value in {**words, "NAMES": _names()}.items():
        text = text.replace(f"@{word}@", value)
    return text.encode("utf-8", "surrogateescape")


def chained(hook: Path) -> Path:
    """Where the hook is that was there before."""
    return hook.with_name(f"{hook.name}.mlvc-chained")


def is_ours(hook: Path) -> bool:
    """Whether mlvc made this hook."""
    try:
        with hook.open("rb") as file:
            return _MARK in file.read(_FAR)
    except (FileNotFoundError, IsADirectoryError):
        return False


def ours(hook: Path) -> Path:
    """Where mlvc's part of a hook is, or is to be.

    pre-commit, when it is installed over a hook, runs that one as `HOOK.legacy`.
    """
    legacy = hook.with_name(f"{hook.name}.legacy")
    return legacy if is_ours(legacy) and not is_ours(hook) else hook


def interpreter(hook: Path) -> str:
    """The Python that a hook of ours runs."""
    line = hook.read_bytes().partition(_PYTHON)[2].partition(b"\n")[0]
    return "".join(shlex.split(line.decode("utf-8", "surrogateescape")))


def _read(part: str) -> str:
    return files("mlvc.hooks").joinpath("sh", f"{part}.sh").read_text(encoding="utf-8")


def _names() -> str:
    """A pattern of the lines about files that there is a rule for; Git quotes unusual names."""
    endings = "|".join((*MODELS, *DATA))
    return rf'(dvc\.yaml|dvc\.lock|params\.yaml|\.(dvc|{endings}))"?$'
