"""`mlvc eval`: run evaluators on releases, in isolated worktrees, once for each pair."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlvc.domain import evaluation
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops import scores
from mlvc.ops.evaluation_run import Run
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.recover import Places, clear_evaluations
from mlvc.ops.reproducing import differences
from mlvc.registry import evaluations, worktrees
from mlvc.workspace.durable import sync_filesystems
from mlvc.workspace.lock import locked
from mlvc.workspace.marker import marked
from mlvc.workspace.undisturbed import undisturbed

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


@dataclass(frozen=True)
class By:
    """Whose evaluator is used: None for each one's own, `dirty` for the workspace's as it lies.

    `again` runs what is known already.
    """

    target: Target | None = None
    dirty: bool = False
    again: bool = False


def evaluate(
    project: Project,
    targets: list[Target],
    by: By,
    *,
    trust: bool = False,
    progress: Progress = lambda _: None,
) -> tuple[Evaluated, ...]:
    """Evaluate each target. One that fails gives an ERROR row; the others go on.

    Raises `MlvcError` where not one of them can be evaluated at all.
    """
    plans = [_plan(project, target, by) for target in targets]
    errors = [plan for plan in plans if isinstance(plan, MlvcError)]
    if len(errors) == len(plans):
        raise errors[0]
    runs = [plan for plan in plans if isinstance(plan, Run)]
    if runs and not trust:
        _refuse_untrusted(project, runs)
    with _evaluating(project, runs):
        rows = []
        for target, plan in zip(targets, plans, strict=True):
            if isinstance(plan, Run):
                rows.append(_run(project, plan, progress, again=by.again))
            else:
                rows.append(plan if isinstance(plan, Evaluated) else _failed(target, by, plan))
    return tuple(rows)


def _plan(project: Project, target: Target, by: By) -> Run | Evaluated | MlvcError:
    """What there is to run; or what is known already; or why it cannot be run."""
    base = by.target or target
    try:
        if by.dirty:
            judge = scores.evaluator_here(project, target.model)
        else:
            judge = scores.evaluator_at(project, base.commit, target.model, base.label)
        run = Run(project, target, base, judge, dirty=by.dirty)
        return run if by.again else _seen(project, run) or run
    except MlvcError as error:
        return error


def _seen(project: Project, run: Run) -> Evaluated | None:
    made = None if run.dirty else scores.recorded(project, run.target, run.judge)
    return _row(project, run, made, fresh=False) if made else None


def _run(project: Project, run: Run, progress: Progress, *, again: bool) -> Evaluated:
    # Once more: two releases may be the same model.
    seen = None if again else _seen(project, run)
    if seen:
        return seen
    progress(f"evaluating {run.target.label} with the evaluator of {run.base.label}")
    made = run.evaluation()
    if not run.dirty:
        evaluations.record(project.repo.git, made)
    return _row(project, run, made, fresh=True)


def _row(project: Project, run: Run, made: Evaluation, *, fresh: bool) -> Evaluated:
    # Looked at anew: the same pair may have been recorded at another commit.
    compared = run.is_own and made.status == evaluation.OK
    return Evaluated(
        label=run.target.label,
        evaluator=run.base.label,
        evaluation=made,
        fresh=fresh,
        recorded=not run.dirty,
        differences=_differences(project, run.judge, made) if compared else None,
    )


def _differences(project: Project, judge: Evaluator, made: Evaluation) -> tuple[str, ...] | None:
    return differences(project, judge, made.model, made.metrics)


def _failed(target: Target, by: By, error: MlvcError) -> Evaluated:
    base = by.target or target
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
    return Evaluated(target.label, base.label, made, fresh=False, recorded=False)


def _refuse_untrusted(project: Project, runs: list[Run]) -> None:
    """Refuse what no local branch or release leads to: its code runs, and its model is loaded."""
    refs = ["refs/heads", *(f"refs/tags/{r.tag}" for r in project.releases)]
    git = project.repo.git
    for target in {t.commit: t for run in runs for t in (run.target, run.base)}.values():
        known = project.repo.is_ancestor(target.commit, project.repo.head)
        if not known and not git.text(
            "for-each-ref", "--count=1", f"--contains={target.commit}", *refs
        ):
            raise MlvcError(
                f"{target.label} is on no local branch and in no release; evaluating it runs code"
                " of that commit",
                "If you trust it, say `--trust`.",
            )


@contextmanager
def _evaluating(project: Project, runs: list[Run]) -> Iterator[None]:
    if not runs:
        yield
        return
    places = Places(project)
    with locked(places.private / "evaluating"):
        clear_evaluations(project)
        with marked(places.evaluating):
            try:
                yield
            finally:
                # An interrupt may have come while a worktree was being removed.
                with undisturbed():
                    worktrees.prune(project.repo.git, places.worktrees)
        # Each record is a ref of its own.
        sync_filesystems([project.repo.common_dir])
