"""`mlvc list` and `mlvc show`: what is released, what is current, what is withdrawn."""

from dataclasses import dataclass

from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import model_key
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target, released, resolve, the_model
from mlvc.ops.project import Project, Standing
from mlvc.registry import evaluations


@dataclass(frozen=True)
class Row:
    """A release and where it stands on the line of HEAD."""

    release: Release
    current: bool
    withdrawn: bool
    reachable: bool


@dataclass(frozen=True)
class Listing:
    """All releases, lowest version first. `unreleased` are models whose HEAD is no release."""

    rows: tuple[Row, ...]
    unreleased: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One release, with every evaluation of its model."""

    row: Row
    evaluations: tuple[Evaluation, ...]


def list_releases(project: Project, model: str | None = None) -> Listing:
    """The releases of one model, or of all."""
    head = project.repo.head
    known = {release.model for release in project.releases}
    here = set(project.models(head))
    wanted = sorted(known | here) if model is None else [the_model(project, model)]
    rows: list[Row] = []
    unreleased = []
    for name in wanted:
        standing = project.standing(name)
        rows += [_row(release, standing) for release in standing.releases]
        if name in here and standing.current is None:
            unreleased.append(name)
    return Listing(tuple(rows), tuple(unreleased), project.tag_problems)


def _row(release: Release, standing: Standing) -> Row:
    return Row(
        release=release,
        current=standing.current is not None and standing.current.name == release.name,
        withdrawn=release.name in standing.withdrawn,
        reachable=release in standing.reachable,
    )


def show(project: Project, text: str | None, model: str | None = None) -> Shown:
    """One release: by name, by what a commit carries, or the current one."""
    target = _wanted(project, text, model)
    if target.release is None:
        raise MlvcError(
            f"{target.label} is no release of {target.model}",
            "`mlvc list` shows the releases, `mlvc tag` makes one of HEAD.",
            Exit.MISSING,
        )
    standing = project.standing(target.model)
    found = next(r for r in standing.releases if r.name == target.name)
    past = _past(project, found)
    return Shown(_row(found, standing), tuple(sorted(past, key=lambda e: (e.at, e.id))))


def _past(project: Project, release: Release) -> list[Evaluation]:
    if not release.object:
        return []
    key = model_key(release.object)
    return [e for e in evaluations.read(project.repo.git, key) if e.model_digest == key]


def _wanted(project: Project, text: str | None, model: str | None) -> Target:
    """What is meant; of a commit that is not tagged itself, the release that is current there."""
    target = released(project, resolve(project, "HEAD" if text is None else text, model))
    if target.release:
        return target
    current = project.standing(target.model, target.commit).current
    return Target(target.commit, target.model, current)
