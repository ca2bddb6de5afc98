"""What there is to run for a reproduction, and what it runs from; refused before anything does."""

from dataclasses import dataclass

from mlvc.domain import lineage
from mlvc.domain.pipeline import Output, Stage
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Plan:
    """The stages of a model at one revision: those to run, in this order, and what they run from.

    `sources` are `.dvc` files and frozen stages. `left_out` are stages that only frozen
    ones read.
    """

    stages: tuple[Stage, ...]
    sources: tuple[Stage, ...]
    left_out: tuple[Stage, ...]

    @property
    def made(self) -> tuple[Output, ...]:
        """What the stages write."""
        return tuple(out for stage in self.stages for out in stage.outs)


def make_plan(project: Project, target: Target) -> Plan:
    """Plan to run all that leads to the model of `target`, and all that evaluates it.

    Raises `MlvcError` where there is nothing to run, or nothing to compare with.
    """
    pipeline = project.snapshot(target.commit).pipeline
    line = lineage.lineage(pipeline, lineage.find(pipeline, target.model, target.label))
    given = [stage for stage in line.needed if stage.is_data or stage.frozen]
    plan = Plan(
        stages=tuple(stage for stage in line.needed if stage not in given),
        sources=tuple(given),
        left_out=tuple(s for s in line.stages if s not in line.needed and not s.is_data),
    )
    _refuse(plan, target)
    return plan


def _refuse(plan: Plan, target: Target) -> None:
    if not plan.stages:
        raise MlvcError(
            f"no stage makes or evaluates {target.model} at {target.label}: there is nothing to run"
        )
    for stage in (*plan.stages, *plan.sources):
        if stage.unsupported:
            raise MlvcError(
                f"stage {stage.address} of {target.label} cannot be run in isolation:"
                f" {stage.unsupported}"
            )
        if stage.outs and not any(out.digest for out in stage.outs):
            raise MlvcError(
                f"dvc.lock of {target.label} has nothing of stage {stage.address}: it has never"
                " run there, so there is nothing to compare with",
                "Run `dvc repro` and commit, or choose another release.",
            )
