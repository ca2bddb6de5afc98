"""What a plan means beyond the lineage, and which lineages cannot be restored at all."""

from collections.abc import Iterable

from mlvc.domain import lineage
from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import Artifact, Stage, inside
from mlvc.domain.snapshot import Snapshot, recipe
from mlvc.errors import Exit, MlvcError
from mlvc.ops.rollback.splice import Splice


def side_effects(head: Snapshot, planned: Snapshot, splice: Splice, models: set[str]) -> list[str]:
    """What a proven plan means for the user, and for stages outside the lineage."""
    stale = _stale(head, planned, splice)
    return [*_company(head, planned, models), *_named(splice), *_notes(stale, splice)]


def refuse_shared(
    head: Snapshot, planned: Snapshot, splice: Splice, models: set[str], label: str
) -> None:
    """Refuse where a stage of another model would be stale: it reads what is restored."""
    stale = _stale(head, planned, splice)
    hit = {a.model: s for s in stale for a in lineage.reaches(planned.pipeline, s)}
    foreign = sorted(hit.keys() - models)
    if foreign:
        raise _shared(foreign, hit[foreign[0]], label)


def _stale(head: Snapshot, planned: Snapshot, splice: Splice) -> list[Stage]:
    """The stages outside the lineage whose recipe is no longer the one at HEAD."""
    own = {stage.address for stage in splice.stages}
    return [
        stage
        for stage in planned.pipeline.stages
        if stage.address not in own
        and (was := head.pipeline.stage(stage.address))
        and (recipe(planned, stage) != recipe(head, was) or _lost(head, planned, stage))
    ]


def _lost(head: Snapshot, planned: Snapshot, stage: Stage) -> bool:
    """Whether nothing makes any more what a stage reads: its lock entry does not tell."""
    return any(planned.content(d.path) != head.content(d.path) for d in stage.deps)


def _shared(foreign: list[str], stage: Stage, label: str) -> MlvcError:
    names = ", ".join(foreign)
    options = " ".join(f"--with-models {model}" for model in foreign)
    return MlvcError(
        f"going back to {label} would make stage {stage.address} of model {names} stale:"
        " it reads what this lineage restores",
        f"Take them along with `{options}`, the model alone with `--scope artifact`,"
        " or everything with `--scope tree`.",
    )


def _company(head: Snapshot, planned: Snapshot, models: set[str]) -> list[str]:
    return [
        f"model {a.model} goes back too: it is made in the same lineage"
        for a in planned.pipeline.artifacts
        if a.model not in models and planned.content(a.path) != head.content(a.path)
    ]


def _named(splice: Splice) -> list[str]:
    always = [f"stage {s.address} always runs" for s in splice.stages if s.always_changed]
    frozen = [
        f"stage {s.address} is frozen and stays so"
        for s in splice.stages
        if s.frozen and not s.is_data
    ]
    gone = [f"stage {s.address} came later and is dropped" for s in splice.dropped]
    return [*always, *frozen, *gone]


def _notes(stale: list[Stage], splice: Splice) -> list[str]:
    late = [f"stage {s.address} will be out of date: it reads what changes" for s in stale]
    unknown = {
        dep.path
        for stage in splice.stages
        for dep in stage.deps
        if not dep.external and not stage.is_data and splice.old.content(dep.path) is None
    }
    return [
        *late,
        *(f"{path} is tracked by neither Git nor DVC and stays" for path in sorted(unknown)),
    ]


def restorable(old: Snapshot, model: str, label: str) -> Artifact:
    """The artifact of a model at an old commit; refuses one whose bytes nothing has."""
    artifact = lineage.find(old.pipeline, model, label)
    out = old.pipeline.output(artifact.path)
    if any(inside(path, artifact.path) for path in old.files) or (
        out and out.cached and out.digest
    ):
        return artifact
    if out is None or out.digest is None:
        raise MlvcError(
            f"at {label} {artifact.path} has never been made: dvc.lock does not know it",
            "Choose a release, or a commit at which `dvc repro` had run.",
        )
    raise MlvcError(
        f"at {label} {artifact.path} is `cache: false`, and Git does not track it:"
        " neither has its bytes",
        "Choose a commit that tracks it.",
        Exit.MISSING,
    )


def refuse_unsupported(head: Snapshot, old: Snapshot, lines: list[Lineage], label: str) -> None:
    """Refuse lineages with outputs that cannot be restored here."""
    taken = {line.artifact.model for line in lines}
    for line in lines:
        refuse_unsupported_stages(line.stages, label)
        refuse_company(head, old, line.artifact, taken)


def refuse_company(head: Snapshot, old: Snapshot, artifact: Artifact, taken: set[str]) -> None:
    """Refuse a model inside a folder output in which models lie that are to stay."""
    out = old.pipeline.output(artifact.path)
    if out is None or out.path == artifact.path:
        return
    inner = (a.model for a in head.pipeline.artifacts if inside(a.path, out.path))
    others = sorted(set(inner) - taken)
    if others:
        options = " ".join(f"--with-models {model}" for model in others)
        raise MlvcError(
            f"model {artifact.model} lies inside the folder output {out.path}, and so does"
            f" {', '.join(others)}: they can only go back together",
            f"Take them along with `{options}`, or everything with `--scope tree`.",
        )


def refuse_unsupported_stages(stages: Iterable[Stage], label: str) -> None:
    """The same for any stages."""
    for stage in stages:
        if stage.unsupported:
            raise MlvcError(
                f"{label} cannot be restored: {stage.unsupported}",
                "Only files inside the project are restored; track a copy of it there.",
            )
