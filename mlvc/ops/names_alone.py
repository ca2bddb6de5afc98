"""Releases that plain GTO made of commits without the model: names, of which there is no data."""

from mlvc.domain.release import Release
from mlvc.errors import MlvcError
from mlvc.ops.contents import object_of
from mlvc.ops.project import Project


def is_name_alone(project: Project, release: Release) -> bool:
    """Whether a release is one of these.

    None of mlvc's own is: its tag says what there was. Where a commit cannot be read, nobody knows.
    """
    if release.path or release.digest:
        return False
    try:
        if object_of(project, release.commit, release.model) is not None:
            return False
        return project.snapshot(release.commit).pipeline.artifact(release.model) is None
    except MlvcError:
        return False


def told(release: Release) -> str:
    """What people are told of one."""
    return (
        f"{release.name} is a name alone: plain GTO gave it to a commit without a model"
        f" {release.model!r}, so there is no data of it"
    )
