"""Which stages belong to a model."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mlvc.domain.pipeline import Artifact, Output, Pipeline, Stage, overlaps
from mlvc.domain.snapshot import Snapshot, fingerprint, recipe
from mlvc.errors import MlvcError


class Lineage(NamedTuple):
    """A model's stages.

    `made_by` leads to the model, its producer among them; `evaluation` is downstream of the model
    and reaches no other one; `evaluation_inputs` is what only the evaluation reads.
    """

    artifact: Artifact
    producer: Stage | None
    made_by: tuple[Stage, ...]
    evaluation: tuple[Stage, ...]
    evaluation_inputs: tuple[Stage, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All of them."""
        return (*self.made_by, *self.evaluation_inputs, *self.evaluation)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Everything that the lineage writes."""
        return tuple(out for stage in self.stages for out in stage.outs)

    @property
    def addresses(self) -> frozenset[str]:
        """The stages as DVC names them."""
        return frozenset(stage.address for stage in self.stages)

    @property
    def evaluators(self) -> tuple[Stage, ...]:
        """The stages that turn the model into metrics, in the order in which they run."""
        scored = [stage for stage in self.evaluation if any(out.metric for out in stage.outs)]
        needed = _closure(scored, lambda stage: _before(self.evaluation, stage))
        return tuple(_ordered(needed))

    @property
    def needed(self) -> tuple[Stage, ...]:
        """What it takes to make all of it anew, in the order in which it runs.

        A frozen stage gives what it has, so what only that one reads is left out.
        """
        ends = [*([self.producer] if self.producer else []), *self.evaluation]
        found = _closure(ends, lambda s: [] if s.frozen else _before(self.stages, s))
        return tuple(_ordered(sorted(found, key=lambda stage: stage.address)))


def lineage(pipeline: Pipeline, artifact: Artifact) -> Lineage:
    """The lineage of one model of a pipeline."""
    producer = pipeline.producer(artifact.path)
    stages = pipeline.stages
    made_by = _closure([producer] if producer else [], lambda stage: _before(stages, stage))
    evaluation = _evaluation(pipeline, artifact, producer)
    inputs = _closure(evaluation, lambda stage: _before(stages, stage))
    return Lineage(
        artifact=artifact,
        producer=producer,
        made_by=tuple(made_by),
        evaluation=tuple(evaluation),
        evaluation_inputs=tuple(s for s in inputs if s not in made_by and s not in evaluation),
    )


def lineage_digest(snapshot: Snapshot, line: Lineage) -> str:
    """One digest for code, parameters, data and results of a lineage."""
    return fingerprint(
        {
            stage.address: [recipe(snapshot, stage), {o.path: o.digest for o in stage.outs}]
            for stage in line.stages
        }
    )


def find(pipeline: Pipeline, model: str, where: str) -> Artifact:
    """The artifact of a model; raises `MlvcError` when the tree has none of that name."""
    artifact = pipeline.artifact(model)
    if artifact is None:
        known = ", ".join(a.model for a in pipeline.artifacts) or "none"
        raise MlvcError(
            f"{where} has no model {model!r}",
            f"Models there: {known}. A model is an entry of `artifacts:` in a dvc.yaml.",
        )
    return artifact


def readers(stages: Iterable[Stage], paths: Iterable[str]) -> list[Stage]:
    """The stages that read any of those paths."""
    wanted = tuple(paths)
    return [
        stage
        for stage in stages
        if any(overlaps(dep.path, path) for dep in stage.deps for path in wanted)
    ]


def upstream(pipeline: Pipeline, stages: Iterable[Stage]) -> list[Stage]:
    """Those stages and all that they need."""
    return _closure(stages, lambda stage: _before(pipeline.stages, stage))


def reaches(pipeline: Pipeline, stage: Stage) -> list[Artifact]:
    """The models that a stage leads to, its own included."""
    after = _closure([stage], lambda s: _after(pipeline.stages, s))
    return [a for a in pipeline.artifacts if pipeline.producer(a.path) in after]


def _evaluation(pipeline: Pipeline, artifact: Artifact, producer: Stage | None) -> list[Stage]:
    stages = pipeline.stages
    first = readers(stages, [out.path for out in producer.outs] if producer else [artifact.path])
    after = _closure(first, lambda stage: _after(stages, stage))
    if not after:
        return []
    own = _made(stages, producer)
    makers = [pipeline.producer(a.path) for a in pipeline.artifacts]
    others = [maker for maker in makers if maker and maker not in own]
    leading = _closure(others, lambda stage: _before(stages, stage))
    # What leads to another model belongs to that one; what reads another model too (a comparison)
    # belongs to neither.
    return [
        stage
        for stage in after
        if stage not in leading and not any(s in others for s in _made(stages, stage))
    ]


def _made(stages: tuple[Stage, ...], stage: Stage | None) -> list[Stage]:
    return _closure([stage] if stage else [], lambda s: _before(stages, s))


def _before(stages: Iterable[Stage], stage: Stage) -> list[Stage]:
    """The stages whose outputs a stage reads."""
    return [
        s
        for s in stages
        if s is not stage
        and any(overlaps(out.path, dep.path) for out in s.outs for dep in stage.deps)
    ]


def _after(stages: Iterable[Stage], stage: Stage) -> list[Stage]:
    return [s for s in readers(stages, [out.path for out in stage.outs]) if s is not stage]


def _closure(start: Iterable[Stage], step: Callable[[Stage], list[Stage]]) -> list[Stage]:
    found: list[Stage] = []
    todo = list(start)
    while todo:
        stage = todo.pop()
        if stage not in found:
            found.append(stage)
            todo += step(stage)
    return found


def _ordered(stages: list[Stage]) -> list[Stage]:
    """Those that others read come first."""
    done: list[Stage] = []
    while len(done) < len(stages):
        ready = [s for s in stages if s not in done and all(b in done for b in _before(stages, s))]
        done += ready or [s for s in stages if s not in done]
    return done
