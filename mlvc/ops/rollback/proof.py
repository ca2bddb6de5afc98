"""Proving a plan: the tree that it makes, loaded through DVC, means what it should."""

import hashlib
from collections.abc import Iterable
from typing import Any

from mlvc.domain.pipeline import Stage
from mlvc.domain.snapshot import Snapshot, own_parameters
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.rollback.splice import Edits, Splice
from mlvc.registry.trees import blobs, identities


def overlay(project: Project, head: Snapshot, edits: Edits) -> Snapshot:
    """HEAD's tree with the edits, resolved by DVC."""
    tree = project.tree(head.commit)
    files: dict[str, str | bytes] = {p: b for p, b in blobs(tree).items() if p not in edits}
    for path, edit in edits.items():
        if isinstance(edit, bytes) or (edit and edit.mode != "160000"):
            files[path] = edit if isinstance(edit, bytes) else edit.id
    ids = {p: i for p, i in identities(dict(tree)).items() if p not in edits}
    for path, edit in edits.items():
        if isinstance(edit, bytes):
            ids[path] = f"edited:{hashlib.sha256(edit).hexdigest()}"
        elif edit is not None:
            ids[path] = edit.id if edit.mode == "100644" else f"{edit.id}:{edit.mode}"
    return Snapshot("plan", project.resolver.resolve(files, "the plan"), ids)


def differences(planned: Snapshot, splice: Splice) -> list[str]:
    """Where the plan's stages are not the release's, or another stage is not HEAD's."""
    wanted = {stage.address: _meaning(stage) for stage in splice.stages}
    dropped = {stage.address for stage in splice.dropped}
    for stage in splice.head.pipeline.stages:
        if stage.address not in dropped:
            wanted.setdefault(stage.address, _meaning(stage))
    found = {stage.address: _meaning(stage) for stage in planned.pipeline.stages}
    taken = {one.artifact.model for one in splice.line}
    problems = [
        f"stage {name} would not be as it should: {_where(found.get(name), wanted.get(name))}"
        for name in sorted(wanted.keys() | found.keys())
        if found.get(name) != wanted.get(name)
    ]
    if not splice.keeps_settings():
        problems.append("params.yaml, with mlvc's own settings in it, is code of this lineage")
    problems += _misread(planned, splice)
    return problems + [
        f"the entry of model {artifact.model} would change"
        for artifact in splice.head.pipeline.artifacts
        if artifact.model not in taken and planned.pipeline.artifact(artifact.model) != artifact
    ]


def _misread(planned: Snapshot, splice: Splice) -> list[str]:
    """Where a restored stage would not read what it did."""
    deps = {dep.path for stage in splice.stages for dep in stage.deps if not dep.external}
    return [
        f"{path} would not be the release's"
        for path in sorted(deps)
        if (was := splice.old.content(path)) is not None and planned.content(path) != was
    ]


def _meaning(stage: Stage) -> dict[str, Any]:
    return {
        "command": (stage.cmd, stage.wdir),
        "dependencies": stage.deps,
        "parameters": own_parameters(stage),
        # Whether one is a metric may be said beside the stages, which is none of its result.
        "outputs": [out._replace(metric=False) for out in stage.outs],
        "flags": (stage.frozen, stage.always_changed),
    }


def _where(found: dict[str, Any] | None, wanted: dict[str, Any] | None) -> str:
    if found is None or wanted is None:
        return "it would be missing" if found is None else "it would be there"
    return ", ".join(key for key in wanted if found[key] != wanted[key])


def refusal(problems: Iterable[str]) -> MlvcError:
    """The error for a plan that does not prove right."""
    first, *more = dict.fromkeys(problems)
    rest = f" (and {len(more)} more)" if more else ""
    return MlvcError(
        f"this lineage cannot be spliced into HEAD: {first}{rest}",
        "Take everything back with `--scope tree`, or the model alone with `--scope artifact`.",
    )
