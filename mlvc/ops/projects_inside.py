"""What is said where there is no project: that one is further inside, or how to make one."""

import os
import shlex

from mlvc.domain.wording import few
from mlvc.errors import Exit, MlvcError
from mlvc.registry.repository import Repository

_SIGN = ".dvc/config"


def no_project(around: Repository) -> MlvcError:
    """The error for a folder of a repository that lies in no DVC project."""
    inside = _inside(around)
    if inside:
        what = "DVC projects are" if len(inside) > 1 else "a DVC project is"
        return MlvcError(
            f"{around.root} is in no DVC project",
            f"{what} in {few(inside)}: `mlvc -C {shlex.quote(inside[0])} …`, or go there.",
            Exit.NOT_A_REPOSITORY,
        )
    return MlvcError(
        f"{around.top} is a Git repository without DVC",
        "Run `mlvc init` to make it ready.",
        Exit.NOT_A_REPOSITORY,
    )


def _inside(around: Repository) -> list[str]:
    """The folders of tracked DVC projects, in the shorter of the ways to name them from here."""
    pattern = f":(top,glob)**/{_SIGN}"
    paths = around.git.text("ls-files", "-z", "--full-name", "--", pattern).split("\0")
    folders = [around.top / path.removesuffix(_SIGN) for path in paths if path]
    return [
        min(os.path.relpath(folder), str(folder), key=len)
        for folder in folders
        if (folder / ".dvc").is_dir()
    ]
