"""An evaluator: what turns a model into metrics, and the digest that tells two of them apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from mlvc.domain.lineage import Lineage, readers
from mlvc.domain.pipeline import Stage, inside
from mlvc.domain.snapshot import Snapshot, fingerprint, recipe
from mlvc.errors import MlvcError


@dataclass(frozen=True)
class Evaluator:
    """The stages to run, in order, at one revision.

    `model` is the path of the model, `from_model` are all paths that belong to the model under
    evaluation. `digest` covers command, code, data and parameters, but not the model.
    """

    snapshot: Snapshot
    stages: tuple[Stage, ...]
    model: str
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

    @property
    def companions(self) -> tuple[str, ...]:
        """What the stages read of the model's revision beside the model, such as an encoder."""
        read = {dep.path for stage in self.stages for dep in stage.deps}
        return tuple(
            sorted(
                path
                for path in read
                if not inside(path, self.model)
                and not inside(self.model, path)
                and any(inside(path, own) or inside(own, path) for own in self.from_model)
            )
        )

    def digest_for(self, model: Snapshot) -> str:
        """The digest where it evaluates `model`: with the companions that come from there.

        One model file beside another encoder gives other metrics.
        """
        found = {path: model.content(path) for path in self.companions}
        return fingerprint([self.digest, found]) if found else self.digest


def evaluator(
    snapshot: Snapshot, line: Lineage, names: Iterable[str] | None, from_model: Iterable[str]
) -> Evaluator:
    """The evaluator of a model at a revision.

    `names` are the stages that are named (taken with those between the model and them), else those
    downstream of the model that write metrics. Raises `MlvcError` where there is none.
    """
    stages = line.evaluators if names is None else _needed(line, _named(snapshot, names))
    if not any(out.metric for stage in stages for out in stage.outs):
        raise MlvcError(
            f"nothing evaluates {line.artifact.model}: no stage downstream of it writes `metrics:`",
            "Declare the metrics of its evaluate stage in dvc.yaml, or name the stage below"
            " `mlvc.evaluation.stages` in params.yaml.",
        )
    own = [out.path for out in line.producer.outs] if line.producer else []
    extra = [str(PurePosixPath(path)) for path in from_model]
    models = frozenset((*own, line.artifact.path, *extra))
    made = models | {out.path for stage in stages for out in stage.outs}
    facts = {stage.address: recipe(snapshot, stage, frozenset(made)) for stage in stages}
    return Evaluator(snapshot, tuple(stages), line.artifact.path, models, fingerprint(facts))


def model_key(content: str) -> str:
    """What evaluations of a model are filed under: the digest of its content.

    Git's ids carry a mode where it is unusual, though the content is the same; a path inside a
    folder that DVC tracks as a whole has no digest of its own.
    """
    if "/" in content:
        return fingerprint(content)
    return ":".join(content.split(":")[:2])


def _named(snapshot: Snapshot, names: Iterable[str]) -> list[Stage]:
    stages = []
    for name in names:
        stage = snapshot.pipeline.stage(name)
        if stage is None:
            raise MlvcError(
                f"there is no stage {name!r} to evaluate with",
                "`dvc stage list` shows the stages; `mlvc.evaluation.stages` and `--stage` name"
                " them.",
            )
        stages.append(stage)
    return stages


def _needed(line: Lineage, named: list[Stage]) -> list[Stage]:
    """With the stages that carry the model to them, the first to run first."""
    needed = list(named)
    for stage in needed:
        needed += [s for s in line.evaluation if s not in needed and _feeds(s, stage)]
    done: list[Stage] = []
    while len(done) < len(needed):
        left = [s for s in needed if s not in done]
        ready = [s for s in left if not any(_feeds(other, s) for other in left if other is not s)]
        done += ready or left
    return done


def _feeds(one: Stage, other: Stage) -> bool:
    return bool(readers([other], [out.path for out in one.outs]))
