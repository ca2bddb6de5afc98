"""Nobody else at work: the locks of mlvc and DVC, in every worktree of every clone."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.recover import clear_evaluations, writing
from mlvc.registry.tips import worktrees
from mlvc.workspace.lock import locked


def checkouts(project: Project) -> list[Project]:
    """The project in each worktree of its clone, itself first; not in those of evaluations."""
    homes = [Places(project).worktrees]
    found = [project]
    for tree in worktrees(project.repo.git):
        root = (tree.path / project.repo.prefix).resolve()
        if root != project.root.resolve() and (root / ".dvc").is_dir():
            found.append(Project(root))
            homes.append(Places(found[-1]).worktrees)
    return [one for one in found if not any(_inside(one.root, home) for home in homes)]


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


@contextmanager
def alone(clones: Iterable[Project]) -> Iterator[None]:
    """Have no other mlvc and no `dvc` at work; what a crash left in the first is settled.

    Raises `MlvcError`: LOCKED where there is one, REFUSED where another one crashed.
    """
    with ExitStack() as held:
        first = True
        for clone in clones:
            for project in checkouts(clone):
                places = Places(project)
                if first:
                    held.enter_context(writing(project))
                else:
                    held.enter_context(locked(places.private / "lock"))
                    _refuse_interrupted(project)
                held.enter_context(locked(places.private / "evaluating"))
                if first:
                    clear_evaluations(project)
                held.enter_context(dvc_locked(project.store))
                first = False
        yield


def _refuse_interrupted(project: Project) -> None:
    places = Places(project)
    if places.journal.exists() or places.mark.exists():
        raise MlvcError(
            f"a verb that writes was interrupted in {project.root}",
            f"Finish or undo it: `mlvc -C {project.root} recover`. Nothing was collected.",
            Exit.REFUSED,
        )
