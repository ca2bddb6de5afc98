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
    git, python = project.repo.git, shlex.quote(sys.executable)
    git.plumb("config", f"{_SECTION}.name", "dvc.lock, by stage")
    command = f"{python} -I -m mlvc hooks merge -- %O %A %B %P"
    git.plumb("config", f"{_SECTION}.driver", command)
    path = _attributes(project)
    lines = _lines(path)
    if _LINE not in lines:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, b"".join([*lines, _LINE]))


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
