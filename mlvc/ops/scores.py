"""Metrics that are known without running anything: of a commit's own files, or recorded."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlvc.artifacts.documents import plain
from mlvc.domain import evaluation, evaluator, lineage
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.registry import evaluations


def evaluator_at(project: Project, commit: str, model: str, label: str) -> Evaluator:
    """The evaluator of a model at a commit, as that commit's settings have it."""
    snapshot = project.snapshot(commit)
    line = lineage.lineage(snapshot.pipeline, lineage.find(snapshot.pipeline, model, label))
    chosen = project.settings(commit).for_model(model).evaluation
    return evaluator.evaluator(snapshot, line, chosen.stages, chosen.from_model)


def recorded(project: Project, model_digest: str, evaluator_digest: str) -> Evaluation | None:
    """The evaluation of a pair, if it was ever made."""
    found = evaluations.read(project.repo.git, model_digest)
    return evaluation.choose(
        e for e in found if (e.model_digest, e.evaluator_digest) == (model_digest, evaluator_digest)
    )


def known(
    project: Project, commit: str, model: str, judge: Evaluator
) -> Mapping[str, float] | None:
    """The metrics of the model at `commit` under `judge`, where they are known; else None."""
    found = project.object_at(commit, model)
    past = recorded(project, found, judge.digest) if found else None
    if past:
        return past.metrics
    try:
        own = evaluator_at(project, commit, model, commit[:10])
    except MlvcError:
        return None
    return committed(project, own) if own.digest == judge.digest else None


def committed(project: Project, judge: Evaluator) -> dict[str, float]:
    """The metrics that a commit's own files hold; raises `MlvcError` where they are no use."""
    commit = judge.snapshot.commit
    files = project.read(commit, list(judge.metric_files))
    for path in judge.metric_files:
        out = judge.snapshot.pipeline.output(path)
        if path not in files and out and out.cached and out.digest:
            project.store.fetch([out.digest], path)
            files[path] = project.store.cache.path(out.digest).read_bytes()
    return merged(files, judge.metric_files)


def written(folder: Path, judge: Evaluator) -> dict[str, float]:
    """The metrics that a run left in a worktree."""
    present = [path for path in judge.metric_files if (folder / path).is_file()]
    return merged({path: (folder / path).read_bytes() for path in present}, judge.metric_files)


def merged(files: Mapping[str, bytes], wanted: tuple[str, ...]) -> dict[str, float]:
    """The metrics of several files, by name; one name in two files is refused."""
    metrics: dict[str, float] = {}
    for path in wanted:
        if path not in files:
            raise MlvcError(f"metrics file {path} is absent", "Run `dvc repro`, and commit it.")
        for name, value in _numbers(files[path], path).items():
            if name in metrics:
                raise MlvcError(
                    f"metric {name} stands in two files, {path} is one", "Rename one of them."
                )
            metrics[name] = value
    return metrics


def _numbers(data: bytes, path: str) -> dict[str, float]:
    try:
        return evaluation.flatten(_document(data, path))
    except MlvcError as error:
        raise MlvcError(f"{path}: {error.message}", error.hint, error.code) from error


def _document(data: bytes, path: str) -> Any:
    if path.endswith((".yaml", ".yml")):
        document = plain(data)
    else:
        try:
            document = json.loads(data)
        except ValueError:
            document = None
    if not isinstance(document, dict):
        kind = "YAML" if path.endswith((".yaml", ".yml")) else "JSON"
        raise MlvcError(f"this is not a {kind} object of metrics", "Mend the stage that writes it.")
    return document
