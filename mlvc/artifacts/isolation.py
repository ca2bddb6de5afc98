"""Making a foreign worktree safe to run DVC in: its own configuration never counts."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlvc.errors import naming

# What decides how stages run; remotes, databases and studios come with credentials.
_TAKEN = ("cache", "core", "feature", "parsing", "state")


def isolate(worktree: Path, settings: Mapping[str, Any], *, scm: bool = True) -> None:
    """Replace the `.dvc` folder of a worktree by one with the caller's `settings`.

    All of it goes: a revision may hold a link there, or a remote whose configuration runs a
    command. The caller's remotes stay out too: mlvc fetches, and a stage needs no credentials.
    Without `scm`, DVC does not look at Git: it takes the worktree of a submodule for the submodule.
    """
    folder = worktree / ".dvc"
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    (folder / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    (folder / "config").write_text("")
    core = settings.get("core", {}) if scm else {**settings.get("core", {}), "no_scm": True}
    _write(folder / "config.local", {**settings, "core": core})


def _write(path: Path, settings: Mapping[str, Any]) -> None:
    from configobj import ConfigObj

    # Not through DVC, which cannot write a path that is not ASCII, though it can read one.
    config = ConfigObj(encoding="utf-8")
    config.merge({section: dict(settings.get(section, {})) for section in _TAKEN})
    core = config["core"]
    for key in ("remote", "site_cache_dir"):
        core.pop(key, None)
    # No process that lives on to ask for updates; and no `git add` by a stage.
    core.update({"analytics": False, "check_update": False, "autostage": False})
    with naming(path), path.open("wb") as file:
        config.write(file)
