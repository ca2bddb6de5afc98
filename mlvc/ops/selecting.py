"""Which releases a list of names, ranges and options means."""

from collections.abc import Iterable

from mlvc.domain.bounds import VersionRange
from mlvc.errors import Exit, MlvcError
from mlvc.ops.evaluators import By
from mlvc.ops.naming import Target, released, resolve, the_model
from mlvc.ops.project import Project


def select(project: Project, names: list[str], model: str | None, *, every: bool) -> list[Target]:
    """The targets, in version order where several are meant at once; raises `MlvcError`."""
    if every and names:
        raise MlvcError("--all and names do not go together", "Leave one out.", Exit.USAGE)
    found = _all(project, model) if every else []
    for name in names or ([] if every else ["HEAD"]):
        if VersionRange.begins(name):
            found += _in_range(project, name, the_model(project, model))
        else:
            found.append(released(project, resolve(project, name, model)))
    if not found:
        raise MlvcError(
            f"no release is meant by {' '.join(names) or '--all'}",
            "`mlvc list` shows the releases.",
            Exit.MISSING,
        )
    return list({(target.commit, target.model, target.name): target for target in found}.values())


def _all(project: Project, model: str | None) -> list[Target]:
    """Every release, of one model or of all."""
    only = the_model(project, model) if model else None
    return [Target(r.commit, r.model, r) for r in project.releases if only in (None, r.model)]


def _in_range(project: Project, text: str, model: str) -> list[Target]:
    wanted = VersionRange.parse(text)
    return [
        Target(release.commit, model, release)
        for release in project.releases
        if release.model == model and release.version in wanted
    ]


def evaluator_by(project: Project, with_revision: str | None, targets: Iterable[Target]) -> By:
    """Whose evaluator `--with` means; `.` with uncommitted changes is the workspace's."""
    if with_revision is None:
        return By()
    models = dict.fromkeys(target.model for target in targets)
    if with_revision == ".":
        bases = tuple(Target(project.repo.head, model) for model in models)
        return By(bases, dirty=bool(project.repo.uncommitted()))
    return By(tuple(resolve(project, with_revision, model) for model in models))
