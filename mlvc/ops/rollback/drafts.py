"""What each scope of a rollback changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mlvc.domain import lineage
from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import Output, inside, overlaps
from mlvc.domain.plan import OutputChange
from mlvc.domain.rollback import Scope
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.rollback import effects, heads, proof
from mlvc.ops.rollback.artifact import artifact_edits
from mlvc.ops.rollback.request import Request
from mlvc.ops.rollback.splice import Edits, Splice


@dataclass
class Draft:
    """What one scope comes to: the edits, the outputs, and all paths that have to be clean."""

    edits: Edits
    outputs: list[OutputChange]
    paths: set[str]
    stages: list[str]
    notes: list[str] = field(default_factory=list)


def _lineage(project: Project, target: Target, request: Request) -> Draft:
    head, old = _head(project), project.snapshot(target.commit)
    models = (target.model, *request.with_models)
    lines = [_line(old, model, target.label) for model in models]
    before = [
        lineage.lineage(head.pipeline, artifact)
        for model in models
        if (artifact := head.pipeline.artifact(model))
    ]
    effects.refuse_unsupported(head, old, lines, target.label)
    splice = Splice(project, head, old, before, lines)
    edits, planned = _first_proven(project, splice, set(models), target.label)
    notes = effects.side_effects(head, planned, splice, set(models))
    return Draft(
        edits=edits,
        outputs=_outputs(splice),
        paths=_paths(splice),
        stages=[stage.address for stage in splice.stages],
        notes=notes,
    )


def _first_proven(
    project: Project, splice: Splice, models: set[str], label: str
) -> tuple[Edits, Snapshot]:
    """The edits that prove right: HEAD's own `vars:` are kept if they can be."""
    problems: list[str] = []
    planned = None
    for variables in (False, True):
        edits = splice.collect(variables=variables)
        try:
            planned = proof.overlay(project, splice.head, edits)
        except MlvcError as error:
            problems.append(error.message)
            continue
        found = proof.differences(planned, splice)
        if not found:
            break
        problems += found
    if planned:
        effects.refuse_shared(splice.head, planned, splice, models, label)
    if planned is None or found:
        raise proof.refusal(problems)
    return edits, planned


def _artifact(project: Project, target: Target, _: Request) -> Draft:
    head, old = _head(project), project.snapshot(target.commit)
    here = lineage.find(head.pipeline, target.model, "HEAD")
    there = effects.restorable(old, target.model, target.label)
    effects.refuse_company(head, old, there, {target.model})
    edits = artifact_edits(project, head, old, here, there)
    now, was = head.pipeline.output(here.path), old.pipeline.output(there.path)
    changes = []
    if was and now and was.cached:
        changes.append(OutputChange.to(was, now))
    return Draft(
        edits=edits,
        outputs=changes,
        paths={was.path if was else here.path},
        stages=sorted(lineage.lineage(head.pipeline, here).addresses),
        notes=["code, parameters and data stay HEAD's: they do not tell how this model was made"],
    )


def _tree(project: Project, target: Target, _: Request) -> Draft:
    head, old = heads.known(project, project.repo.head), project.snapshot(target.commit)
    here, there = project.tree(head.commit), project.tree(old.commit)
    if not there:
        raise MlvcError(f"{target.label} has nothing of this project", "Choose a later commit.")
    # `.dvc` says where data comes from, and an old revision's word on that is never taken.
    changed = {
        path
        for path in here.keys() | there.keys()
        if here.get(path) != there.get(path) and not inside(path, ".dvc")
    }
    for path in sorted(changed):
        if any(tree[path].is_submodule for tree in (here, there) if path in tree):
            raise MlvcError(f"{path} is a submodule at another commit", "Use `--scope lineage`.")
    stages = old.pipeline.stages
    effects.refuse_unsupported_stages(stages, target.label)
    outs = [out for stage in stages for out in stage.outs]
    gone = [o for s in head.pipeline.stages for o in s.outs if o.path not in there]
    return Draft(
        edits={path: there.get(path) for path in changed},
        outputs=_changes(head, outs, gone),
        paths={out.path for out in outs},
        stages=[stage.address for stage in stages],
        notes=[
            "everything but .dvc/ goes back, other models and mlvc's settings included",
        ],
    )


def _head(project: Project) -> Snapshot:
    try:
        return project.snapshot(project.repo.head)
    except MlvcError as error:
        then = "Mend it and commit, or take everything back with `--scope tree`."
        raise MlvcError(error.message, then, error.code) from error


def _line(old: Snapshot, model: str, label: str) -> Lineage:
    return lineage.lineage(old.pipeline, effects.restorable(old, model, label))


def _outputs(splice: Splice) -> list[OutputChange]:
    outs = [out for stage in splice.stages for out in stage.outs]
    # What Git is to have again is an edit, not an output that goes.
    gone = [out for out in splice.gone if splice.edits.get(out.path) is None]
    return _changes(splice.head, outs, gone)


def _changes(head: Snapshot, outs: Sequence[Output], gone: Sequence[Output]) -> list[OutputChange]:
    changes = [
        OutputChange.to(out, _cached_at(head, out.path))
        for out in outs
        if out.cached and out.digest
    ]
    kept = [change.path for change in changes]
    changes += [
        OutputChange(out.path, out.digest, None)
        for out in gone
        if out.cached and out.digest and not any(overlaps(out.path, path) for path in kept)
    ]
    return changes


def _cached_at(head: Snapshot, path: str) -> Output | None:
    out = head.pipeline.output(path)
    return out if out and out.path == path and out.cached else None


def _paths(splice: Splice) -> set[str]:
    """Everything that must be clean: what the lineage reads and writes."""
    deps = {d.path for stage in splice.stages for d in stage.deps if not d.external}
    return deps | {out.path for stage in splice.stages for out in stage.outs}


DRAFTS: dict[Scope, Callable[[Project, Target, Request], Draft]] = {
    Scope.LINEAGE: _lineage,
    Scope.ARTIFACT: _artifact,
    Scope.TREE: _tree,
}
