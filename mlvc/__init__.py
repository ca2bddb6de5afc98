"""Model version control on Git and DVC: release, evaluate and roll back models.

    from mlvc import Registry

    model = Registry().model("flights")
    print(model.latest().metrics, model.environment("production").path())

`docs/api.md` is the guide. Nothing prints: what is refused raises `MlvcError`. Importing this
package loads nothing heavy.
"""

from typing import TYPE_CHECKING, Any

from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.api import Model, Registry, Release
    from mlvc.ops.project import Project

__all__ = ["Exit", "MlvcError", "Model", "Project", "Registry", "Release", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What is loaded when it is asked for."""
    if name in ("Model", "Registry", "Release"):
        from mlvc import api

        return getattr(api, name)
    if name == "Project":
        from mlvc.ops.project import Project

        return Project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
