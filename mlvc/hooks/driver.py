"""The merge driver of `dvc.lock`: set up in a clone, and what it does."""

import shlex
import sys
from pathlib import Path

from mlvc.ops.project import Project
from mlvc.workspace.durable import write_whole

_NAME = "mlvc-dvc-lock"
_SECTION = f"merge.{_NAME}"
# In the clone, and not in .gitattributes: who has no such driver set up shall not need one.
_LINE = f"dvc.lock merge={_NAME}\n".encode()


def is_installed(project: Project) -> bool:
    """Whether Git merges `dvc.lock` by mlvc here."""
    found = project.repo.git.maybe("config", "--get", f"{_SECTION}.driver")
    return bool(found) and _LINE in _lines(_attributes(project))


def install(project: Project) -> None:
    """Have Git merge `dvc.lock` by mlvc, in all worktrees of this clone."""
    git = project.repo.git
    git.plumb("config", f"{_SECTION}.name", "dvc.lock, by stage")
    git.plumb("config", f"{_SECTION}.driver", command(sys.executable))
    path = _attributes(project)
    lines = _lines(path)
    if _LINE not in lines:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, b"".join([*lines, _LINE]))


def command(python: str) -> str:
    """What Git runs; where that Python or its mlvc is gone it merges by line.

    Else Git would take the failure for a conflict, and leave our side without a mark of the other.
    """
    python = shlex.quote(python).replace("%", "%%")
    by_line = "git merge-file -L ours -L base -L theirs %A %O %B"
    run = f"{python} -I -m mlvc hooks merge -- %O %A %B %P"
    return f"if {python} -I -c 'import mlvc' 2>/dev/null; then {run}; else {by_line}; fi"


def uninstall(project: Project) -> None:
    """Have Git merge it by line again."""
    path = _attributes(project)
    lines = _lines(path)
    if _LINE in lines:
        rest = b"".join(line for line in lines if line != _LINE)
        write_whole(path, rest)
        if not rest:
            path.unlink()
    project.repo.git.maybe("config", "--remove-section", _SECTION)


def _attributes(project: Project) -> Path:
    return project.repo.common_dir / "info" / "attributes"


def _lines(path: Path) -> list[bytes]:
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    return [line if line.endswith(b"\n") else line + b"\n" for line in lines]
