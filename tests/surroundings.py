"""The environment of a test: one identity, one date, and nothing of the machine."""

import os
import sys
from pathlib import Path

DATE = "2024-01-02T03:04:05+00:00"

GIT_CONFIG = """\
[user]
    name = Ada Example
    email = ada@example.com
[init]
    defaultBranch = main
[commit]
    gpgSign = false
[tag]
    gpgSign = false
[gc]
    auto = 0
[protocol "file"]
    allow = always
"""

_FOREIGN = ("GIT_", "DVC_", "MLVC_", "GITHUB_", "RUNNER_", "GTO_", "XDG_")


def foreign() -> list[str]:
    """Variables of the caller's that must not decide what is tested."""
    others = {"CI", "PAGER", "EDITOR", "VISUAL"}
    return [name for name in os.environ if name.startswith(_FOREIGN) or name in others]


def surroundings(home: Path) -> dict[str, str]:
    """What is set instead; `home` is an empty folder."""
    config = home / ".gitconfig"
    config.write_text(GIT_CONFIG, encoding="utf-8")
    return {
        # A stage's `python` is the one that runs the test.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_DATE": DATE,
        "GIT_COMMITTER_DATE": DATE,
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc-global"),
        "DVC_SYSTEM_CONFIG_DIR": str(home / "dvc-system"),
        "DVC_SITE_CACHE_DIR": str(home / "dvc-site"),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "TERM": "dumb",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
