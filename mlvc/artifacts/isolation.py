"""Making a foreign worktree safe to run DVC in: its own configuration never counts."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlvc.artifacts.failures import explained


def isolate(worktree: Path, settings: Mapping[str, Any]) -> None:
    """Replace the `.dvc` folder of a worktree by one with the caller's `settings`.

    All of it goes: a revision may hold a link there, or a remote whose configuration runs a
    command.
    """
    from dvc.config import Config

    folder = worktree / ".dvc"
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    (folder / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    (folder / "config").write_text("")
    with explained("writing the configuration of the worktree"):
        config = Config(str(folder), validate=False)
        with config.edit("local", validate=False) as local:
            local.update({key: value for key, value in settings.items() if value})
            local.setdefault("core", {})["site_cache_dir"] = str(folder / "tmp" / "site")
            local["core"]["analytics"] = False
