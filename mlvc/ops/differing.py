"""`mlvc diff`: what differs between two releases."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlvc.domain import lineage
from mlvc.domain.comparison import Difference, compare
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.lineage import Lineage
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.project import Project
from mlvc.ops.scores import committed, evaluator_at, known
from mlvc.ops.testing import intervals


@dataclass(frozen=True)
class Metric:
    """A metric of two releases; None where one side has none.

    `interval` is what chance makes of the change, at 95 %, where predictions tell.
    """

    name: str
    old: float | None
    new: float | None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Diff:
    """`evaluator` is the revision whose evaluator made both columns, empty where each has its own.

    `same_evaluator` says whether the metrics can be compared at all, `note` why no change has an
    interval that should have one.
    """

    model: str
    old: str
    new: str
    artifact: tuple[str | None, str | None]
    difference: Difference
    metrics: tuple[Metric, ...]
    evaluator: str
    same_evaluator: bool
    note: str = ""


def diff(
    project: Project,
    old: str,
    new: str,
    with_revision: str | None = None,
    model: str | None = None,
) -> Diff:
    """Compare two releases or revisions of one model."""
    one = released(project, resolve(project, old, model))
    two = released(project, resolve(project, new, one.model))
    if one.model != two.model:
        raise MlvcError(
            f"{one.label} and {two.label} are of different models", "Compare one model."
        )
    before, after = project.snapshot(one.commit), project.snapshot(two.commit)
    lines = [_line(before, one), _line(after, two)]
    found = compare(before, lines[0].stages, after, lines[1].stages)
    judge = _judge(project, one, with_revision)
    columns, same = _columns(project, (one, two), judge, with_revision or "")
    sides = (one, columns[0]), (two, columns[1])
    ends, note = intervals(project, judge, *sides) if judge else ({}, "")
    return Diff(
        model=one.model,
        old=one.label,
        new=two.label,
        artifact=(before.content(lines[0].artifact.path), after.content(lines[1].artifact.path)),
        difference=found,
        metrics=_metrics(*columns, ends),
        evaluator=with_revision or "",
        same_evaluator=same,
        note=note,
    )


def _line(snapshot: Snapshot, target: Target) -> Lineage:
    artifact = lineage.find(snapshot.pipeline, target.model, target.label)
    return lineage.lineage(snapshot.pipeline, artifact)


Columns = tuple[Mapping[str, float], Mapping[str, float]]


def _judge(project: Project, target: Target, with_revision: str | None) -> Evaluator | None:
    """The evaluator of a revision, where one is to make both columns."""
    if with_revision is None:
        return None
    base = resolve(project, with_revision, target.model)
    return evaluator_at(project, base.commit, target.model, base.label)


def _columns(
    project: Project, targets: tuple[Target, Target], judge: Evaluator | None, with_revision: str
) -> tuple[Columns, bool]:
    if judge:
        columns = [known(project, t.commit, t.model, judge) for t in targets]
        for target, column in zip(targets, columns, strict=True):
            if column is None:
                raise MlvcError(
                    f"{target.label} has no evaluation by the evaluator of {with_revision}",
                    f"Evaluate it: `mlvc eval {target.label} --with {with_revision}`.",
                )
        return (columns[0] or {}, columns[1] or {}), True
    own = [_own(project, target) for target in targets]
    return (own[0][0], own[1][0]), own[0][1] == own[1][1] != ""


def _own(project: Project, target: Target) -> tuple[Mapping[str, float], str]:
    """A release's own metrics, and the digest of the evaluator that made them."""
    try:
        judge = evaluator_at(project, target.commit, target.model, target.label)
        return committed(project, judge), judge.digest
    except MlvcError:
        return (target.release.metrics if target.release else {}), ""


Ends = Mapping[str, tuple[float, float]]


def _metrics(old: Mapping[str, float], new: Mapping[str, float], ends: Ends) -> tuple[Metric, ...]:
    names = sorted(old.keys() | new.keys())
    return tuple(Metric(name, old.get(name), new.get(name), ends.get(name)) for name in names)
