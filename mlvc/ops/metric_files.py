"""Metrics files: what a run or a commit says of a model, as numbers by name."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlvc.artifacts.documents import plain
from mlvc.domain import evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError


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
        except (ValueError, RecursionError):
            document = None
    if not isinstance(document, dict):
        kind = "YAML" if path.endswith((".yaml", ".yml")) else "JSON"
        raise MlvcError(f"this is not a {kind} object of metrics", "Mend the stage that writes it.")
    return document
