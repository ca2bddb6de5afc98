"""Model version control on Git and DVC: release, evaluate and roll back models.

The verbs are functions in `mlvc.ops`: each takes a `Project` and returns a result object, or raises
`MlvcError`. None prints, and importing this package loads nothing heavy.

    from pathlib import Path
    from mlvc import Project
    from mlvc.ops.listing import list_releases

    for row in list_releases(Project.find(Path.cwd())).rows:
        print(row.release.name, row.current)
"""

from typing import TYPE_CHECKING, Any

from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.project import Project

__all__ = ["Exit", "MlvcError", "Project", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`Project`, loaded when it is asked for."""
    if name == "Project":
        from mlvc.ops.project import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
