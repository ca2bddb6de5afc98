"""Whether an evaluation says what the evaluator's own commit says."""

import math
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch

from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.scores import committed


def differences(
    project: Project, judge: Evaluator, model: str, metrics: Mapping[str, float]
) -> tuple[str, ...] | None:
    """What came out otherwise than the evaluator's commit says; None where that says nothing."""
    try:
        before = committed(project, judge)
    except MlvcError:
        return None
    return tuple(
        f"{name} is {metrics.get(name, 'absent')}, its commit says {before.get(name, 'nothing')}"
        for name in steady(project, model, {*before, *metrics}, judge.snapshot.commit)
        if not math.isclose(before.get(name, math.nan), metrics.get(name, math.nan))
    )


def steady(
    project: Project, model: str, names: Iterable[str], commit: str | None = None
) -> list[str]:
    """Those metrics, sorted, that are not volatile by the workspace's settings or a commit's."""
    settings = [project.settings(), *([project.settings(commit)] if commit else [])]
    patterns = [p for s in settings for p in s.for_model(model).evaluation.volatile]
    return sorted(name for name in names if not any(fnmatch(name, p) for p in patterns))
