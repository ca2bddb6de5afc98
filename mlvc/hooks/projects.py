"""The DVC projects of a repository, as a hook finds them: it runs at the top of the worktree."""

from pathlib import Path

from mlvc.ops.project import Project
from mlvc.registry.repository import Repository
from mlvc.registry.trees import read_tree

_SIGN = ".dvc/config"


def projects(top: Path, tree: str) -> list[Project]:
    """The projects of a commit or tree that are checked out, inner ones before those around."""
    around = Repository(top)
    paths = read_tree(around.git, tree, "")
    folders = [path.removesuffix(_SIGN) for path in paths if f"/{path}".endswith(f"/{_SIGN}")]
    found = [around.top / folder for folder in sorted(folders, key=len, reverse=True)]
    return [Project(folder, around) for folder in found if (folder / ".dvc").is_dir()]
