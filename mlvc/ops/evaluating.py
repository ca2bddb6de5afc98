"""`mlvc eval`: run evaluators on releases, in isolated worktrees, once for each pair."""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass

from mlvc.domain import evaluation
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops import scores
from mlvc.ops.evaluation_jobs import AS_USUAL, Begun, Event, How
from mlvc.ops.evaluation_jobs import evaluations as evaluations_of
from mlvc.ops.evaluation_run import Run
from mlvc.ops.evaluators import By, Judges
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.reproducing import differences
from mlvc.ops.trusting import refuse_untrusted
from mlvc.ops.workshop import Workshop, workshop
from mlvc.registry import evaluations, uniting
from mlvc.workspace.durable import sync_filesystems

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Evaluated:
    """One row of an evaluation: `fresh` when it was run just now, `recorded` when it is kept.

    `differences` says in words what its own commit says otherwise; None where nobody can tell.
    """

    label: str
    evaluator: str
    evaluation: Evaluation
    fresh: bool
    recorded: bool
    differences: tuple[str, ...] | None = None

    @property
    def is_ok(self) -> bool:
        """Whether there are metrics."""
        return self.evaluation.status == evaluation.OK


def evaluate(
    project: Project,
    targets: list[Target],
    by: By,
    how: How = AS_USUAL,
    progress: Progress = lambda _: None,
) -> tuple[Evaluated, ...]:
    """Evaluate each target. One that fails or hangs gives an ERROR row; the others go on.

    What was fetched of other clones' records is taken over first.

    Raises `MlvcError` where not one of them can be evaluated at all.
    """
    plans = _plans(project, targets, by, how)
    errors = [plan for plan in plans if isinstance(plan, MlvcError)]
    if len(errors) == len(plans):
        raise errors[0]
    runs = [plan for plan in plans if isinstance(plan, Run)]
    for name, added in uniting.unite(project.repo.git):
        progress(f"evaluations taken over from {name}: {added:,}")
    rows = {} if how.again else _seen(project, runs)
    left = [run for run in runs if run.id not in rows]
    if not how.trust:
        refuse_untrusted(project, [target for run in left for target in (run.target, run.base)])
    if left:
        rows |= _run_all(project, left, how, progress)
    return tuple(
        rows[plan.id] if isinstance(plan, Run) else _failed(target, by, plan)
        for target, plan in zip(targets, plans, strict=True)
    )


def unknown(project: Project, targets: list[Target], by: By) -> tuple[Run, ...]:
    """What `evaluate` would run. Raises the error of what cannot be evaluated."""
    runs = []
    for plan in _plans(project, targets, by, AS_USUAL):
        if isinstance(plan, MlvcError):
            raise plan
        runs.append(plan)
    known = _seen(project, runs)
    return tuple(run for run in runs if run.id not in known)


def _plans(project: Project, targets: list[Target], by: By, how: How) -> list[Run | MlvcError]:
    """What there is to run for each, or why it cannot be run."""
    judges = Judges(project, by)
    return [_plan(project, target, by, judges, how) for target in targets]


def _plan(project: Project, target: Target, by: By, judges: Judges, how: How) -> Run | MlvcError:
    try:
        return Run(project, target, by, judges.of(by.base(target)), afresh=how.again)
    except MlvcError as error:
        return error


def _seen(project: Project, runs: Iterable[Run]) -> dict[str, Evaluated]:
    """What is recorded of them, by the number of the run."""
    asked = [run for run in runs if not run.by.dirty]
    made = scores.all_chosen(project, {run.pair for run in asked})
    return {
        run.id: _row(project, run, made[run.pair], fresh=False) for run in asked if run.pair in made
    }


def _run_all(
    project: Project, runs: list[Run], how: How, progress: Progress
) -> dict[str, Evaluated]:
    """Run each pair; two releases may be the same model, and then the second is known."""
    rows: dict[str, Evaluated] = {}
    with workshop(project) as shop:
        while left := [run for run in runs if run.id not in rows]:
            each = {run.pair: run for run in reversed(left)}
            with closing(_events(reversed(each.values()), how, shop)) as events:
                for event in events:
                    if not isinstance(event, Begun):
                        rows[event[0].id] = _recorded(project, *event)
                    if said := _told(event, how):
                        progress(said)
            if not how.again:
                rows |= _seen(project, [run for run in left if run.id not in rows])
    # Each record is a ref of its own.
    sync_filesystems([project.repo.common_dir])
    return rows


def _events(runs: Iterable[Run], how: How, shop: Workshop) -> Generator[Event, None, None]:
    if how.cluster is None:
        return evaluations_of(runs, how, shop)
    from mlvc.ops import cluster

    return cluster.evaluations(runs, how, how.cluster)


def _told(event: Event, how: How) -> str:
    if isinstance(event, Begun):
        who, by = event.run.target.label, event.run.by.label(event.run.base)
        return f"evaluating {who} with the evaluator of {by}{event.where}"
    return f"evaluated {event[0].target.label}: {event[1].status}" if how.jobs > 1 else ""


def _recorded(project: Project, run: Run, made: Evaluation) -> Evaluated:
    if run.by.is_committed:
        evaluations.record(project.repo.git, [made])
    return _row(project, run, made, fresh=True)


def _row(project: Project, run: Run, made: Evaluation, *, fresh: bool) -> Evaluated:
    # Looked at anew: the same pair may have been recorded at another commit.
    compared = run.is_own and made.status == evaluation.OK
    return Evaluated(
        label=run.target.label,
        evaluator=run.by.label(run.base),
        evaluation=made,
        fresh=fresh,
        recorded=run.by.is_committed or not fresh,
        differences=_differences(project, run.judge, made) if compared else None,
    )


def _differences(project: Project, judge: Evaluator, made: Evaluation) -> tuple[str, ...] | None:
    return differences(project, judge, made.model, made.metrics)


def _failed(target: Target, by: By, error: MlvcError) -> Evaluated:
    base = by.base(target)
    made = Evaluation(
        id="",
        at=time.time(),
        model=target.model,
        model_digest="",
        release=target.release.name if target.release else None,
        evaluator_digest="",
        evaluator_revision=base.commit,
        status=evaluation.ERROR,
        error=error.message,
    )
    return Evaluated(target.label, by.label(base), made, fresh=False, recorded=False)
