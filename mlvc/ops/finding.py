"""The releases that a user looks for, among those that are listed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mlvc.domain.bounds import MetricBound, VersionRange
from mlvc.domain.promotion import USUAL
from mlvc.errors import Exit, MlvcError
from mlvc.ops.listing import Row
from mlvc.ops.project import Project


class About(NamedTuple):
    """What is said of a model below `artifacts:`."""

    labels: frozenset[str] = frozenset()
    description: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "About":
        """What an entry says; what is not as DVC has it counts for nothing."""
        labels = raw.get("labels")
        said = frozenset(map(str, labels)) if isinstance(labels, list) else frozenset[str]()
        return cls(said, str(raw.get("desc") or ""))


class Sought(NamedTuple):
    """What is asked of a release: all of it.

    `sort` is `version`, `date` or a metric, with `-` before it for the other way round.
    """

    versions: str | None = None
    environments: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    search: str | None = None
    sort: str | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The metrics that are asked about, each once."""
        by = self.sort.removeprefix("-") if self.sort else "version"
        named = [MetricBound.parse(text).metric for text in self.metrics]
        return tuple(dict.fromkeys([*named, *([] if by in ("version", "date") else [by])]))


def find(project: Project, rows: Sequence[Row], sought: Sought) -> tuple[Row, ...]:
    """Those rows that have all that is sought, sorted; raises `MlvcError`."""
    found: Iterable[Row] = rows
    if sought.versions is not None:
        wanted = VersionRange.parse(sought.versions)
        found = [row for row in found if row.tag.version in wanted]
    if sought.environments:
        _refuse_unused(project, rows, sought.environments)
        found = [row for row in found if set(sought.environments) & set(row.environments)]
    if sought.labels or sought.search:
        found = _told(project, found, sought)
    for bound in map(MetricBound.parse, sought.metrics):
        found = [row for row in found if bound.holds(row.release.metrics)]
    # The first one that has them all is enough: there are such metrics.
    if not any(row.release.metrics.keys() >= set(sought.shown) for row in found):
        _refuse_unknown(rows, sought.shown)
    return tuple(_sorted(found, sought.sort) if sought.sort else found)


def _refuse_unused(project: Project, rows: Sequence[Row], environments: Iterable[str]) -> None:
    from mlvc.ops.stays import refuse_unused

    models = {row.tag.model for row in rows}
    known = {p.environment for p in project.promotions if p.model in models}
    for environment in environments:
        if environment not in USUAL:  # those may be asked for before anything was there
            refuse_unused(environment, known)


def _refuse_unknown(rows: Sequence[Row], metrics: Sequence[str]) -> None:
    if not metrics or not rows:
        return
    known = {name for row in rows for name in row.release.metrics}
    for name in metrics:
        if name not in known:
            raise MlvcError(
                f"no release records a metric {name!r}",
                f"Metrics: {', '.join(sorted(known)) or 'none'}.",
                Exit.MISSING,
            )


def about(project: Project) -> Callable[[str], About]:
    """What `artifacts:` of HEAD says of a model; nothing of one that is not there any more."""
    artifacts = {a.model: a.raw for a in project.outline(project.repo.head).pipeline.artifacts}
    found = {model: About.of(raw) for model, raw in artifacts.items()}
    return lambda model: found.get(model, About())


def _told(project: Project, rows: Iterable[Row], sought: Sought) -> list[Row]:
    """Those whose model has the labels at HEAD, and whose message or description has the text."""
    told = about(project)
    text = (sought.search or "").casefold()
    found = []
    for row in rows:
        model = told(row.tag.model)
        words = f"{row.release.message}\n{model.description}".casefold()
        if model.labels.issuperset(sought.labels) and text in words:
            found.append(row)
    return found


def _sorted(rows: Iterable[Row], sort: str) -> list[Row]:
    """By one key; those that lack the metric come last either way."""
    by, back = sort.removeprefix("-"), sort.startswith("-")
    if by == "version":
        return sorted(rows, key=lambda row: row.tag.order, reverse=back)
    if by == "date":
        return sorted(rows, key=lambda row: row.tag.tagged_at, reverse=back)
    valued = [(row.release.metrics.get(by), row) for row in rows]
    have = [(value, row) for value, row in valued if value is not None]
    have.sort(key=lambda pair: pair[0], reverse=back)
    return [row for _, row in have] + [row for value, row in valued if value is None]
