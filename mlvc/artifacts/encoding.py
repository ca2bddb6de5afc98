"""Pipelines as text, to be remembered: what does not come back the same is not remembered."""

import json
from dataclasses import fields, is_dataclass
from typing import Any

from mlvc.domain.pipeline import Artifact, Dependency, Origin, Output, Pipeline, Stage

FORM = (3, *Stage._fields)
"""Stands for what the texts are and mean: a number that is raised where that changes, and names."""


def encode(pipeline: Pipeline) -> str | None:
    """The text of a pipeline; None where JSON cannot tell it, such as a date among parameters."""
    try:
        text = json.dumps(_plain(pipeline))
    except (TypeError, ValueError):
        return None
    return text if decode(text) == pipeline else None


def decode(text: str) -> Pipeline:
    """The pipeline of a text that `encode` made."""
    row = json.loads(text)
    return Pipeline(
        stages=tuple(_stage(stage) for stage in row["stages"]),
        artifacts=tuple(Artifact(**artifact) for artifact in row["artifacts"]),
    )


def _stage(row: dict[str, Any]) -> Stage:
    deps = tuple(Dependency(**dep) for dep in row["deps"])
    outs = tuple(Output(**{**out, "origin": Origin(**out["origin"])}) for out in row["outs"])
    return Stage(**{**row, "deps": deps, "outs": outs, "whole": frozenset(row["whole"])})


def _plain(value: Any) -> Any:
    if isinstance(value, Artifact | Dependency | Output | Stage):
        return {name: _plain(each) for name, each in value._asdict().items()}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, frozenset)):
        return [_plain(each) for each in value]
    return value
