"""The metrics of a revision, as it recorded them and as they came out again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mlvc.domain.evaluator import Evaluator
from mlvc.domain.reproduction import MetricReproduced, compared
from mlvc.errors import MlvcError
from mlvc.ops import metric_files, scores
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.reproducing import steady


@dataclass(frozen=True)
class Record:
    """The recorded metrics; without `judge` there are none, and `why` says why."""

    project: Project
    target: Target
    judge: Evaluator | None
    metrics: Mapping[str, float]
    why: str = ""

    @classmethod
    def of(cls, project: Project, target: Target) -> Self:
        """Those of a revision, fetched where DVC has them. Raises for settings that are wrong."""
        project.settings(target.commit)
        try:
            judge = scores.evaluator_at(project, target.commit, target.model, target.label)
            _refuse_frozen(judge)
            return cls(project, target, judge, scores.committed(project, judge))
        except MlvcError as error:
            return cls(project, target, None, {}, error.message)

    def compared(self, tree: Path, tolerance: float) -> tuple[tuple[MetricReproduced, ...], str]:
        """Each metric then and now in `tree`, but for volatile ones; else none, and why."""
        if self.judge is None:
            return (), self.why
        try:
            now = metric_files.written(tree, self.judge)
        except MlvcError as error:
            return (), error.message
        found = {*self.metrics, *now}
        names = steady(self.project, self.target.model, found, self.target.commit)
        return compared(self.metrics, now, names, tolerance), ""


def _refuse_frozen(judge: Evaluator) -> None:
    frozen = ", ".join(stage.address for stage in judge.stages if stage.frozen)
    if frozen:
        raise MlvcError(f"stage {frozen} is frozen, so its metrics were not made again")
