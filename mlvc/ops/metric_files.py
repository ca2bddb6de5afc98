"""Metrics files: what a run or a commit says of a model, as numbers by name."""

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from mlvc.artifacts import metric_formats
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.flattening import flatten
from mlvc.errors import MlvcError


def written(folder: Path, judge: Evaluator) -> dict[str, float]:
    """The metrics that a run left in a worktree."""
    for path in judge.metric_files:
        if (folder / path).is_dir():
            refuse_folder(path)
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


def refuse_folder(path: str) -> NoReturn:
    """Raise what there is to say of a folder of metrics."""
    raise MlvcError(
        f"metrics file {path} is a folder", "Name the files in it below `metrics:` in dvc.yaml."
    )


def _numbers(data: bytes, path: str) -> dict[str, float]:
    try:
        return flatten(metric_formats.read(data, path))
    except MlvcError as error:
        raise MlvcError(f"{path}: {error.message}", error.hint, error.code) from error
