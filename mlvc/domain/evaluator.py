"""An evaluator: what turns a model into metrics, and the digest that tells two of them apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import Stage
from mlvc.domain.snapshot import Snapshot, fingerprint, recipe
from mlvc.errors import MlvcError


@dataclass(frozen=True)
class Evaluator:
    """The stages to run, in order, at one revision.

    `from_model` are the paths that belong to the model under evaluation. `digest` covers command,
    code, data and parameters, but not the model.
    """

    snapshot: Snapshot
    stages: tuple[Stage, ...]
    from_model: frozenset[str]
    digest: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """The stages as DVC names them."""
        return tuple(stage.address for stage in self.stages)

    @property
    def metric_files(self) -> tuple[str, ...]:
        """Where the stages write their metrics."""
        return tuple(out.path for s in self.stages for out in s.outs if out.metric)


def evaluator(
    snapshot: Snapshot, line: Lineage, names: Iterable[str] | None, from_model: Iterable[str]
) -> Evaluator:
    """The evaluator of a model at a revision.

    `names` are the stages that settings name, else those downstream of the model that write
    metrics. Raises `MlvcError` where there is none.
    """
    stages = line.evaluators if names is None else _named(snapshot, names)
    if not any(out.metric for stage in stages for out in stage.outs):
        raise MlvcError(
            f"nothing evaluates {line.artifact.model}: no stage downstream of it writes `metrics:`",
            "Declare the metrics of its evaluate stage in dvc.yaml, or name the stage below"
            " `mlvc.evaluation.stages` in params.yaml.",
        )
    own = [out.path for out in line.producer.outs] if line.producer else []
    models = frozenset((*own, line.artifact.path, *from_model))
    made = models | {out.path for stage in stages for out in stage.outs}
    facts = {stage.address: recipe(snapshot, stage, frozenset(made)) for stage in stages}
    return Evaluator(snapshot, tuple(stages), models, fingerprint(facts))


def _named(snapshot: Snapshot, names: Iterable[str]) -> tuple[Stage, ...]:
    stages = []
    for name in names:
        stage = snapshot.pipeline.stage(name)
        if stage is None:
            raise MlvcError(
                f"mlvc.evaluation.stages names {name!r}, and there is no such stage",
                "`dvc stage list` shows the stages.",
            )
        stages.append(stage)
    return tuple(stages)
