"""`mlvc.prepare` of params.yaml: how many releases are kept ready after one was made."""

from mlvc.domain import history
from mlvc.domain.names import parse_release_tag
from mlvc.domain.release import Release
from mlvc.ops.places import Places
from mlvc.ops.preparing.making import Prepared, prepare
from mlvc.ops.preparing.wanting import as_far_as_possible
from mlvc.ops.project import Project
from mlvc.ops.rollback import Request


def after_release(project: Project, made: Release) -> Prepared | None:
    """Keep the releases ready that one would go back to from `made`, and its others no longer.

    None where nothing is configured, or there is none. Raises `MlvcError`; the release stands.
    """
    count = project.settings().prepare
    project = Project(project.root)  # which sees the new release
    names = _way_back(project, made, count)
    if not names:
        return None
    kept = Places(project).kept
    others = {name for name in kept.claims() if _model(name) == made.model} - set(names)
    asked = [Request(name, made.model) for name in names]
    return prepare(project, as_far_as_possible(project, asked), others)


def _way_back(project: Project, made: Release, count: int) -> list[str]:
    """The next releases that `mlvc rollback` would choose, one after the other."""
    names: list[str] = []
    standing = project.standing(made.model) if count else None
    current: Release | None = made
    while standing and current and len(names) < count:
        current = history.last_good(standing.reachable, current, standing.withdrawn).release
        names += [current.name] if current else []
    return names


def _model(name: str) -> str:
    parsed = parse_release_tag(name)
    return parsed[0] if parsed else ""
