"""Other DVC projects of the repository: each names its models by itself, and two may agree."""

from mlvc.domain.release import Release
from mlvc.errors import MlvcError
from mlvc.ops.contents import object_of
from mlvc.ops.project import Project

_MARK = ".dvc/config"


def refuse_shared_name(project: Project, model: str) -> None:
    """Refuse a model's name that another DVC project of this repository released first.

    Raises `MlvcError`. A model that is not there any more has moved here, or left its name.
    """
    head = project.repo.head
    if not _neighbours(project, head):
        return  # as a rule: its tags are not waited for
    tags = project.release_tags(model)
    if not tags:
        return
    first = tags[0].release
    home = _home(project, first)
    if home is not None and object_of(project, head, model, home) is not None:
        raise MlvcError(
            f"{first.name} is of another DVC project ({_shown(home)}):"
            " two models would share their releases",
            f"Give this one another name than {model}, below `artifacts:` in dvc.yaml, and commit.",
        )


def of_another(project: Project, release: Release) -> MlvcError | None:
    """What to say of a release that another DVC project of this repository made, if one did."""
    home = _home(project, release)
    if home is None:
        return None
    return MlvcError(
        f"{release.name} is of another DVC project ({_shown(home)})", "See to it from there."
    )


def _home(project: Project, release: Release) -> str | None:
    """Where the neighbour lies whose model a release is; None where it is this project's.

    Its commit tells: there the neighbour has the object that the tag names, and this one has not.
    """
    neighbours = _neighbours(project, release.commit)
    if not neighbours or _holds(project, release):
        return None
    return next((home for home in neighbours if _holds(project, release, home)), None)


def _neighbours(project: Project, commit: str) -> list[str]:
    """The other DVC projects of a commit, as prefixes of paths."""
    own = project.repo.prefix
    files = project.repo.tree(commit, "") if own else project.tree(commit)
    homes = (p.removesuffix(_MARK) for p in files if p == _MARK or p.endswith(f"/{_MARK}"))
    return [home for home in homes if home != own]


def _holds(project: Project, release: Release, home: str | None = None) -> bool:
    found = object_of(project, release.commit, release.model, home)
    return found is not None and release.object in (None, found)


def _shown(home: str) -> str:
    return home.rstrip("/") or "at the top"
