"""Installing hooks beside those that are there, taking them away again, and telling how it is."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.hooks import driver, places
from mlvc.hooks.places import Place
from mlvc.hooks.scripts import HOOKS, chained, interpreter, is_ours, ours, script
from mlvc.ops.project import Project
from mlvc.workspace.durable import sync_folder, write_whole
from mlvc.workspace.lock import locked
from mlvc.workspace.removal import remove_tree

_MODE = 0o755
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
# Those that a clone runs. Where mlvc's folder stands in front of another, each is handed on, that
# of tomorrow as well. Of a server's hooks, some do something just by being there.
_CLIENT = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "pre-auto-gc", "sendemail-validate",
)  # fmt: skip


@dataclass(frozen=True)
class Hook:
    """One hook: `state` is installed, missing, broken (its Python is gone) or foreign.

    `before` is what runs before it, empty where nothing does.
    """

    name: str
    state: str
    before: str = ""


@dataclass(frozen=True)
class Status:
    """The hooks of a clone. `before` is the folder that they stand in front of, if there is one."""

    folder: str
    hooks: tuple[Hook, ...]
    before: str
    merge_driver: bool

    @property
    def is_installed(self) -> bool:
        """Whether all hooks are there and can run."""
        return all(hook.state == "installed" for hook in self.hooks)


def status(project: Project) -> Status:
    """How the hooks are."""
    place = places.find(project)
    there = not place.before or places.in_front(project)
    found = tuple(_state(project, place, name, there=there) for name in HOOKS)
    return Status(str(place.folder), found, place.before, driver.is_installed(project))


def install(project: Project, *, merge_driver: bool = False) -> Status:
    """Put the hooks in place; what is there stays, and runs first. Harmless when done again."""
    place = places.find(project)
    with locked(project.repo.common_dir / "mlvc" / "hooks.lock"):
        place.folder.mkdir(parents=True, exist_ok=True)
        if place.before:
            _unchain_all(project)  # of before another folder was configured
            for name in _names(project, place):
                write_whole(place.folder / name, script(name, place.before), _MODE)
            places.put_in_front(project, place)
        else:
            for hook in [place.folder / name for name in HOOKS]:
                _refuse_two(hook)
            for name in HOOKS:
                _chain(place.folder / name)
        if merge_driver:
            driver.install(project)
    return status(project)


def uninstall(project: Project) -> Status:
    """Take the hooks away; what was there before is as it was."""
    place = places.find(project)
    with locked(project.repo.common_dir / "mlvc" / "hooks.lock"):
        if places.in_front(project):
            places.take_away(project, place)
            remove_tree(place.folder)
        _unchain_all(project)
        driver.uninstall(project)
    return status(project)


def _names(project: Project, place: Place) -> set[str]:
    """The hooks of mlvc's folder: its own, those of a clone, and those that are there."""
    before = project.repo.top / place.before
    there = before.iterdir() if before.is_dir() else ()
    return {*HOOKS, *_CLIENT, *(p.name for p in there if _NAME.fullmatch(p.name) and p.is_file())}


def _refuse_two(hook: Path) -> None:
    """Refuse where someone has put a hook over mlvc's, and mlvc still keeps the one before."""
    kept = chained(hook)
    if not (os.path.lexists(hook) and os.path.lexists(kept)) or is_ours(ours(hook)):
        return
    if not os.path.samestat(hook.lstat(), kept.lstat()):
        raise MlvcError(
            f"{hook} was put over the hook of mlvc, which keeps {kept.name} beside it",
            "Delete the one of the two that you do not want, and run this again.",
        )


def _chain(hook: Path) -> None:
    """Put a hook in the place of what is there: at each moment one of the two is live."""
    own = ours(hook)
    if os.path.lexists(own) and not is_ours(own):
        kept = chained(hook)
        kept.unlink(missing_ok=True)  # the same file: an earlier run was killed here
        try:
            os.link(hook, kept, follow_symlinks=False)
        except (OSError, NotImplementedError):  # a filesystem without hard links
            hook.rename(kept)
    write_whole(own, script(hook.name), _MODE)


def _unchain_all(project: Project) -> None:
    for name in HOOKS:
        _unchain(project.repo.common_dir / "hooks" / name)


def _unchain(hook: Path) -> None:
    own, kept = ours(hook), chained(hook)
    if not is_ours(own):
        return
    if own != hook and kept.is_file() and kept.read_bytes() == hook.read_bytes():
        kept.unlink()  # it has come back by itself
    if os.path.lexists(kept):
        kept.replace(own)
    else:
        own.unlink()
    sync_folder(hook.parent)


def _state(project: Project, place: Place, name: str, *, there: bool) -> Hook:
    hook = place.folder / name
    if not is_ours(ours(hook)) or not there:
        foreign = os.path.lexists(hook) and there
        return Hook(name, "foreign" if foreign else "missing")
    before = project.repo.top / place.before / name if place.before else chained(hook)
    state = "installed" if os.access(interpreter(ours(hook)), os.X_OK) else "broken"
    return Hook(name, state, str(before) if before.exists() else "")
