"""What came out when the pipeline of a revision was run again, beside what it recorded."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BIT_IDENTICAL, METRIC_IDENTICAL, DIFFERENT = "bit-identical", "metric-identical", "different"
IDENTICAL, VOLATILE = "identical", "volatile"
TOLERANCE = 1e-6
"""How much a metric may differ, in its units or as a share of it, and still be the same."""


@dataclass(frozen=True)
class OutputReproduced:
    """One output: IDENTICAL, DIFFERENT, or VOLATILE where only volatile metrics in it differ.

    `recorded` and `now` are digests, None where there is none. `what` says in words where the
    content differs first.
    """

    path: str
    status: str
    recorded: str | None
    now: str | None
    what: str = ""


@dataclass(frozen=True)
class StageReproduced:
    """One stage that was run, for how many seconds; `inputs` is what it read otherwise than then.

    `recipe_differs` says that already the lock of the revision has another command or parameters,
    `persistent` are outputs of which it goes on from what was there before.
    """

    stage: str
    seconds: float
    outputs: tuple[OutputReproduced, ...]
    inputs: tuple[str, ...] = ()
    recipe_differs: bool = False
    persistent: tuple[str, ...] = ()

    def paths(self, status: str) -> tuple[str, ...]:
        """The outputs of which that is so."""
        return tuple(out.path for out in self.outputs if out.status == status)


@dataclass(frozen=True)
class MetricReproduced:
    """One metric that is not volatile; None where it is absent. `same` is within the tolerance."""

    name: str
    recorded: float | None
    now: float | None
    same: bool


@dataclass(frozen=True)
class FirstDifference:
    """Where a reproduction leaves the record first, and what explains it, as far as that shows."""

    stage: str
    path: str
    what: str
    why: str


def compared(
    recorded: Mapping[str, float],
    now: Mapping[str, float],
    names: Iterable[str],
    tolerance: float,
) -> tuple[MetricReproduced, ...]:
    """Each metric of `names` then and now; `tolerance` is relative or absolute (`math.isclose`)."""
    return tuple(
        MetricReproduced(name, old, new, _close(old, new, tolerance))
        for name, old, new in ((name, recorded.get(name), now.get(name)) for name in names)
    )


def _close(old: float | None, new: float | None, tolerance: float) -> bool:
    if old is None or new is None:
        return False
    return math.isclose(old, new, rel_tol=tolerance, abs_tol=tolerance)


def verdict(stages: Iterable[StageReproduced], metrics: tuple[MetricReproduced, ...]) -> str:
    """What there is to say of all of it; without metrics nothing can be metric-identical."""
    if not any(stage.paths(DIFFERENT) for stage in stages):
        return BIT_IDENTICAL
    same = bool(metrics) and all(metric.same for metric in metrics)
    return METRIC_IDENTICAL if same else DIFFERENT


def first_difference(stages: Iterable[StageReproduced]) -> FirstDifference | None:
    """That of the first stage, in the order in which they ran."""
    for stage in stages:
        for out in stage.outputs:
            if out.status == DIFFERENT:
                return FirstDifference(stage.stage, out.path, out.what, _why(stage, out))
    return None


def _why(stage: StageReproduced, out: OutputReproduced) -> str:
    if out.recorded and out.recorded == out.now:
        return "what came out is what dvc.lock has: the file in Git was changed after the stage ran"
    reasons = [f"{path} is not what it read when it was recorded" for path in stage.inputs]
    if stage.recipe_differs:
        reasons.append("its command or parameters are not those that dvc.lock has")
    reasons += [
        f"{path} persists from run to run, and what it went on from is not recorded"
        for path in stage.persistent
    ]
    return "; ".join(reasons) or (
        "its command, parameters and inputs are as recorded, so the cause is what dvc.yaml does not"
        " name: chance, time, another version of Python or of a library, other hardware"
    )
