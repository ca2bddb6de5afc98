"""Where Git looks for the hooks of a repository, and where mlvc puts its own."""

import re
from dataclasses import dataclass
from pathlib import Path

from mlvc.hooks.scripts import HOOKS, is_ours
from mlvc.ops.project import Project

_KEY = "core.hooksPath"
_OWN_NAME = re.compile(
    rb"basename[^\n]*(\$\{?0|BASH_SOURCE|__file__|argv)|\$\{0##|\$PROGRAM_NAME"
    rb"|(__file__|argv\[0\])\)\.(name|stem)"
)
_MUCH = 1 << 16  # bytes of a hook that are read
_BEFORE, _SCOPE = "mlvc.hooksBefore", "mlvc.hooksScope"


@dataclass(frozen=True)
class Place:
    """`folder` is where mlvc's hooks go, for all worktrees of the repository.

    `before` is the configured folder of hooks (`core.hooksPath`), which is not written to: mlvc's
    are put in front of it. `scope` is where Git has that from, `value` how it is written there. All
    three are empty where none is configured: then the hooks are chained, each beside the old one.
    """

    folder: Path
    before: str = ""
    scope: str = ""
    value: str = ""


def find(project: Project) -> Place:
    """Where hooks are, or will be."""
    git, common = project.repo.git, project.repo.common_dir
    own = common / "mlvc" / "hooks"
    scope, path = _configured(project)
    if path == str(own):
        known = ("config", "--local", "--get")
        value, scope = (git.maybe(*known, key) or "" for key in (_BEFORE, _SCOPE))
        return Place(own, git.maybe(*known, "--type=path", _BEFORE) or "", scope, value)
    if not path:
        usual = common / "hooks"
        # A link leads to what may be others', and a hook that goes by its own name must keep it:
        # that is as good as configured.
        if usual.is_symlink() or any(_goes_by_name(usual / name) for name in HOOKS):
            return Place(own, str(usual), "none", str(usual))
        return Place(usual)
    value = git.text("config", f"--{scope}", "--includes", "--get", _KEY)
    return Place(own, path, scope, value)


def in_front(project: Project) -> bool:
    """Whether Git looks for hooks in mlvc's own folder."""
    return _configured(project)[1] == str(project.repo.common_dir / "mlvc" / "hooks")


def put_in_front(project: Project, place: Place) -> None:
    """Have Git look in mlvc's folder; what was configured is remembered."""
    git = project.repo.git
    git.plumb("config", "--local", _BEFORE, place.value)
    git.plumb("config", "--local", _SCOPE, place.scope)
    git.plumb("config", _written(place), _KEY, str(place.folder))


def take_away(project: Project, place: Place) -> None:
    """Have Git look where it did before."""
    git = project.repo.git
    if place.scope in ("local", "worktree"):
        git.plumb("config", _written(place), _KEY, place.value)
    else:
        git.plumb("config", "--local", "--unset", _KEY)
    for key in (_BEFORE, _SCOPE):
        git.maybe("config", "--local", "--unset", key)


def _goes_by_name(hook: Path) -> bool:
    """Whether a hook of the user's asks how its file is called; one file may serve for several."""
    if not hook.is_file() or is_ours(hook):
        return False
    with hook.open("rb") as file:
        return bool(_OWN_NAME.search(file.read(_MUCH)))


def _written(place: Place) -> str:
    """The file of configuration that is the project's own."""
    return "--worktree" if place.scope == "worktree" else "--local"


def _configured(project: Project) -> tuple[str, str]:
    """The scope and the folder of `core.hooksPath`, both empty where it is not set."""
    # mlvc's own git commands have it switched off: that is the scope `command`.
    words = project.repo.git.maybe("config", "--show-scope", "-z", "--type=path", "--get-all", _KEY)
    fields = (words or "").split("\0")
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    found = [(scope, path) for scope, path in pairs if scope != "command"]
    return found[-1] if found and found[-1][1] else ("", "")
