"""`mlvc reproduce`: run all stages of a model at a revision again, and compare what comes out."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from mlvc.domain import reproduction
from mlvc.domain.reproduction import (
    TOLERANCE,
    FirstDifference,
    MetricReproduced,
    StageReproduced,
)
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.reproduction.comparing import Comparer
from mlvc.ops.reproduction.metrics import Record
from mlvc.ops.reproduction.planning import Plan, make_plan
from mlvc.ops.reproduction.running import Clock, Job, run
from mlvc.ops.reproduction.tree import worktree
from mlvc.ops.trusting import refuse_untrusted
from mlvc.ops.workshop import workshop
from mlvc.workspace.confine import shown

Progress = Callable[[str], None]


@dataclass(frozen=True)
class How:
    """How it is done: ended after `timeout` seconds, metrics compared within `tolerance`.

    `trust` runs what no local branch or release leads to.
    """

    tolerance: float = TOLERANCE
    timeout: float | None = None
    trust: bool = False


@dataclass(frozen=True)
class Reproduced:
    """What came out: `verdict` is one of `domain.reproduction`, `stages` are as they were run.

    `sources` are the `.dvc` files and frozen stages whose outputs were taken as they are recorded,
    `left_out` the stages that only frozen ones read. `no_metrics` says why there are no metrics.
    """

    name: str
    commit: str
    verdict: str
    first: FirstDifference | None
    stages: tuple[StageReproduced, ...]
    sources: tuple[str, ...]
    left_out: tuple[str, ...]
    metrics: tuple[MetricReproduced, ...]
    tolerance: float
    no_metrics: str = ""


def reproduce(
    project: Project, target: Target, how: How, progress: Progress = lambda _: None
) -> Reproduced:
    """Run all stages that make and evaluate the model, in isolation, from its data.

    Raises `MlvcError` where a stage fails or hangs, where a source is missing or corrupt, and where
    there is nothing to run or nothing to compare with.
    """
    plan, record = make_plan(project, target), Record.of(project, target)
    if not how.trust:
        refuse_untrusted(project, [target])
    log = Places(project).private / "logs" / f"{secrets.token_hex(8)}.log"
    with workshop(project) as shop, worktree(project, target, plan, shop.pool) as tree:
        job = Job(shop.runner, tree, log, Clock(how.timeout, time.monotonic()))
        stages = _run(Comparer(project, target, tree), plan, job, progress)
        metrics, no_metrics = record.compared(tree, how.tolerance)
    return Reproduced(
        name=target.label,
        commit=target.commit,
        verdict=reproduction.verdict(stages, metrics),
        first=reproduction.first_difference(stages),
        stages=stages,
        sources=tuple(stage.address for stage in plan.sources),
        left_out=tuple(stage.address for stage in plan.left_out),
        metrics=metrics,
        tolerance=how.tolerance,
        no_metrics=no_metrics,
    )


def _run(
    comparer: Comparer, plan: Plan, job: Job, progress: Progress
) -> tuple[StageReproduced, ...]:
    done: list[StageReproduced] = []
    for at, stage in enumerate(plan.stages, 1):
        progress(f"running {shown(stage.address)}, stage {at} of {len(plan.stages)}")
        try:
            seconds = run(job, stage)
        except MlvcError as error:
            raise _after(error, done) from error
        done.append(comparer.stage(stage, seconds))
    return tuple(done)


def _after(error: MlvcError, done: list[StageReproduced]) -> MlvcError:
    """The same error, with what was found out before it."""
    first = reproduction.first_difference(done)
    if first is None:
        return error
    found = f"before that, {first.path} of stage {first.stage} came out different: {first.what}"
    return MlvcError(f"{error.message} ({shown(found)})", error.hint, error.code)
