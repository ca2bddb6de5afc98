"""`mlvc list` and `mlvc show`: what is released, what is current, what is withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from mlvc.domain import history
from mlvc.domain.promotion import in_use, in_use_by_model
from mlvc.domain.release import Release, ReleaseTag
from mlvc.errors import Exit, MlvcError
from mlvc.ops.contents import with_objects
from mlvc.ops.lines import recall, remember
from mlvc.ops.naming import Target, released, resolve, the_model
from mlvc.ops.project import Project

if TYPE_CHECKING:
    from mlvc.domain.evaluation import Evaluation


class Row(NamedTuple):
    """A release, where it stands on the line of HEAD, and the environments that it is in."""

    tag: ReleaseTag
    current: bool
    withdrawn: bool
    reachable: bool
    environments: tuple[str, ...] = ()

    @property
    def release(self) -> Release:
        """All that its tag tells."""
        return self.tag.release


_as_row = partial(tuple.__new__, Row)


class Listing(NamedTuple):
    """All releases, lowest version first. `unreleased` are models whose HEAD is no release."""

    rows: tuple[Row, ...]
    unreleased: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One release, the environments that it is in, and every evaluation of its model."""

    release: Release
    current: bool
    withdrawn: bool
    environments: tuple[str, ...]
    evaluations: "tuple[Evaluation, ...]"


def list_releases(project: Project, model: str | None = None) -> Listing:
    """The releases of one model, or of all."""
    shows_all = project.repo.shows_all
    is_known = shows_all and recall(project)
    if not is_known:
        project.repo.walk_ahead()
    here = set(project.models(project.repo.head))  # first, while git prints the tags
    found = {name: list(tags) for name, tags in groupby(project.release_tags(), lambda t: t.model)}
    wanted = sorted(found.keys() | here) if model is None else [the_model(project, model)]
    line = _Line(project)
    rows: list[Row] = []
    unreleased = []
    for name in wanted:
        current = line.current(name, found.get(name, []))
        rows += line.rows(name, found.get(name, []), current)
        if name in here and current is None:
            unreleased.append(name)
    if shows_all and not is_known:
        remember(project)
    return Listing(tuple(rows), tuple(unreleased), project.tag_problems)


class _Line:
    """What is the same for all models: the line of HEAD, and its rollbacks."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._commits, notes = project.repo.line(project.repo.head)
        self._records = history.effective(notes)
        self._deregistered = frozenset(project.deregistered)
        self._in_use = in_use_by_model(project.promotions)

    def current(self, model: str, tags: list[ReleaseTag]) -> Release | None:
        """The release that HEAD has; the texts of others are not taken apart for it."""
        content = self._project.object_at(self._project.repo.head, model)
        if content is None:
            return None
        may = partial(self._may_hold, content)
        last = history.last_rollback(self._records, model)
        if last is None:
            # As a rule it is the highest: the many below that need not even be looked at.
            top = next((tag.order for tag in reversed(tags) if may(tag)), None)
            first = next((tag.release for tag in tags if tag.order == top and may(tag)), None)
            found = self._of([first], content) if first else None
            if found or not first:
                return found
        # Where one of these is it, no other is; what a tag of GTO's is about takes long to read.
        every = [tag.release for tag in tags if may(tag)]
        if last is None or len(every) == 1:
            return self._of(every, content)
        late = self._since(last.commit)
        likely = [r for r in every if r.name == last.target or r.commit in late]
        return self._of(likely, content) or self._of(every, content)

    def _may_hold(self, content: str, tag: ReleaseTag) -> bool:
        return tag.commit in self._commits and tag.may_hold(content)

    def _of(self, releases: list[Release], content: str) -> Release | None:
        known = with_objects(self._project, releases)
        return history.current(known, content, self._records, self._since)

    def _since(self, commit: str) -> frozenset[str]:
        return self._project.repo.since(commit, self._project.repo.head)

    def rows(self, model: str, tags: list[ReleaseTag], current: Release | None) -> list[Row]:
        withdrawn = history.withdrawn(self._records, model) | self._deregistered
        places = _places(tags, self._in_use.get(model, {}))
        now = current.tag if current else None
        # Not by `Row(…)`, which is Python's own code: there may be 100,000.
        return [
            _as_row(
                (
                    tag,
                    tag.tag == now,
                    bool(withdrawn) and tag.name in withdrawn,
                    tag.commit in self._commits,
                    places.get(tag.tag, ()),
                )
            )
            for tag in tags
        ]


def _places(tags: list[ReleaseTag], in_use: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """The environments that releases are in, by tag."""
    # Of several releases of a commit the highest is meant, as where an environment is named.
    at = {tag.commit: tag.tag for tag in tags} if in_use else {}
    found: dict[str, tuple[str, ...]] = {}
    for environment, commit in sorted(in_use.items()):
        tag = at.get(commit or "", "")
        found[tag] = (*found.get(tag, ()), environment)
    return found


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
    there = in_use(project.promotions_of(target.model), target.model)
    return Shown(
        release=found,
        current=standing.current == found,
        withdrawn=found.name in standing.withdrawn,
        environments=tuple(sorted(e for e, commit in there.items() if commit == found.commit)),
        evaluations=tuple(sorted(past, key=lambda e: (e.at, e.id))),
    )


def _past(project: Project, release: Release) -> "list[Evaluation]":
    if not release.object:
        return []
    from mlvc.domain.evaluator import model_key
    from mlvc.registry import evaluations

    key = model_key(release.object)
    return [e for e in evaluations.read(project.repo.git, key) if e.model_digest == key]


def _wanted(project: Project, text: str | None, model: str | None) -> Target:
    """What is meant: of a model the current release, of a revision that which is tagged there."""
    target = resolve(project, "HEAD" if text is None else text, model)
    tagged = released(project, target)
    if tagged.release and text is not None and text.replace(":", "=", 1) != target.model:
        return tagged
    current = project.standing(target.model, target.commit).current or tagged.release
    return Target(target.commit, target.model, current)
