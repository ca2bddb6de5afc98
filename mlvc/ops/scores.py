"""Metrics that are known without running anything: of a commit's own files, or recorded."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from mlvc.domain import evaluation, evaluator, lineage
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator, model_key
from mlvc.domain.settings import Settings
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.contents import object_of
from mlvc.ops.metric_files import merged, refuse_folder
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.registry import evaluations

Pair = tuple[str, str]
"""What an evaluation is known by: the digests of the model and of the evaluator."""


def evaluator_at(project: Project, commit: str, model: str, label: str) -> Evaluator:
    """The evaluator of a model at a commit, as that commit's settings have it."""
    return evaluator_of(project.snapshot(commit), model, label, project.settings(commit))


def evaluator_of(
    snapshot: Snapshot, model: str, label: str, settings: Settings, stages: Sequence[str] = ()
) -> Evaluator:
    """The evaluator of a model in a snapshot: of those stages, or of those that settings name."""
    line = lineage.lineage(snapshot.pipeline, lineage.find(snapshot.pipeline, model, label))
    chosen = settings.for_model(model).evaluation
    return evaluator.evaluator(snapshot, line, stages or chosen.stages, chosen.from_model)


def model_object(project: Project, target: Target) -> str:
    """What evaluations of the target's model are filed under; `MlvcError` where there is none."""
    found = object_of(project, target.commit, target.model)
    if not found:
        from mlvc.ops.declared import never_made  # few runs need it

        raise never_made(project, target.commit, target.model, target.label)
    return model_key(found)


def digest_by(project: Project, target: Target, judge: Evaluator) -> str:
    """The digest of an evaluator where it evaluates the target."""
    return judge.digest_for(project.outline(target.commit)) if judge.companions else judge.digest


def recorded(project: Project, target: Target, judge: Evaluator) -> Evaluation | None:
    """The evaluation of a pair, if it was ever made."""
    return evaluation.choose(all_recorded(project, target, judge))


def all_chosen(project: Project, pairs: Iterable[Pair]) -> dict[Pair, Evaluation]:
    """The evaluations that count of many pairs at once, of those that were ever made."""
    asked = set(pairs)
    models, judges = ({pair[at] for pair in asked} for at in (0, 1))
    found = evaluations.read_many(project.repo.git, models, judges)
    by_pair: dict[Pair, list[Evaluation]] = {}
    for made in (e for of_one in found.values() for e in of_one):
        by_pair.setdefault((made.model_digest, made.evaluator_digest), []).append(made)
    chosen = {pair: evaluation.choose(by_pair.get(pair, ())) for pair in asked}
    return {pair: made for pair, made in chosen.items() if made}


def all_recorded(project: Project, target: Target, judge: Evaluator) -> list[Evaluation]:
    """All evaluations of a pair, of whatever clone, the one that counts first."""
    pair = model_object(project, target), digest_by(project, target, judge)
    found = evaluations.read_many(project.repo.git, pair[:1], pair[1:])[pair[0]]
    own = (e for e in found if (e.model_digest, e.evaluator_digest) == pair)
    return sorted(own, key=lambda e: (e.at, e.id))


def known(
    project: Project, commit: str, model: str, judge: Evaluator
) -> Mapping[str, float] | None:
    """The metrics of the model at `commit` under `judge`, where they are known; else None.

    Raises `MlvcError` where they should be in the commit's own files, and these are no use.
    """
    target = Target(commit, model)
    if project.object_at(commit, model) is None:
        return None
    past = recorded(project, target, judge)
    if past:
        return past.metrics
    own = same_at(project, target, judge)
    return believed(project, own, commit[:10]) if own else None


def same_at(project: Project, target: Target, judge: Evaluator) -> Evaluator | None:
    """The target's own evaluator, where it is the same as `judge`."""
    try:
        own = evaluator_at(project, target.commit, target.model, target.commit[:10])
    except MlvcError:
        return None
    return own if own.digest == judge.digest else None


def believed(project: Project, judge: Evaluator, label: str) -> dict[str, float]:
    """The metrics that a commit's own files hold, if they are what its stages wrote for its model.

    Raises `MlvcError` where the lock says otherwise: a model trained anew and not evaluated since,
    a metrics file that was edited.
    """
    snapshot = judge.snapshot
    digests = {out.path: out.digest for stage in snapshot.pipeline.stages for out in stage.outs}
    digests |= _written_in(project, judge)
    read = [(dep.path, dep.digest) for stage in judge.stages for dep in stage.deps]
    wrote = [(out.path, out.digest) for s in judge.stages for out in s.outs if out.metric]
    for path, locked in read + wrote:
        found = digests.get(path)
        if found and locked and _differ(found, locked):
            raise MlvcError(
                f"the metrics of {label} are not those of its model: {path} is not what"
                f" {', '.join(judge.addresses)} had when it last ran",
                "Run `dvc repro` there and commit, or evaluate it: `mlvc eval`.",
            )
    return committed(project, judge)


def committed(project: Project, judge: Evaluator) -> dict[str, float]:
    """The metrics that a commit's own files hold; raises `MlvcError` where they are no use."""
    commit = judge.snapshot.commit
    files = project.read(commit, list(judge.metric_files))
    for path in judge.metric_files:
        out = judge.snapshot.pipeline.output(path)
        if (out and out.is_folder) or any(p.startswith(f"{path}/") for p in project.tree(commit)):
            refuse_folder(path)
        if path not in files and out and out.cached and out.digest:
            project.store.fetch([out.digest], path, out.origin.remote)
            files[path] = project.store.cache.path(out.digest).read_bytes()
    return merged(files, judge.metric_files)


def _written_in(project: Project, judge: Evaluator) -> dict[str, str | None]:
    """The digests of the metrics files that Git tracks."""
    files = project.read(judge.snapshot.commit, list(judge.metric_files))
    return {
        path: f"md5:{hashlib.md5(data, usedforsecurity=False).hexdigest()}"
        for path, data in files.items()
    }


def _differ(one: str, other: str) -> bool:
    # DVC 2 hashed in another way, which says nothing of the content.
    same_kind = one.partition(":")[0] == other.partition(":")[0]
    return same_kind and one != other
