"""One stage of a reproduction, run through DVC."""

import time
from dataclasses import dataclass
from pathlib import Path

from mlvc.artifacts.running import Runner
from mlvc.domain.pipeline import Stage
from mlvc.errors import MlvcError
from mlvc.ops.evaluation_results import why
from mlvc.workspace.confine import shown


@dataclass(frozen=True)
class Clock:
    """When the time of a reproduction is up, which was given `timeout` seconds; None is never."""

    timeout: float | None
    began: float

    @property
    def left(self) -> float | None:
        """How many seconds there are."""
        passed = time.monotonic() - self.began
        return None if self.timeout is None else max(0.0, self.timeout - passed)


@dataclass(frozen=True)
class Job:
    """Where stages run, where all goes that they print, and how long they may take."""

    runner: Runner
    tree: Path
    log: Path
    clock: Clock


def run(job: Job, stage: Stage) -> float:
    """Run a stage; how many seconds it took. Raises `MlvcError`, naming the log."""
    began = time.monotonic()
    with job.runner.begun(job.tree, [stage.address], job.log, commit=False) as process:
        if job.runner.ended(job.clock.left) is None:
            raise _late(stage, job)
    if process.status:
        raise MlvcError(
            f"stage {stage.address} {shown(why(process))}", f"All that it printed is in {job.log}."
        )
    job.log.unlink()
    return time.monotonic() - began


def _late(stage: Stage, job: Job) -> MlvcError:
    return MlvcError(
        f"the stages did not end within {job.clock.timeout:g} seconds: {stage.address} was ended",
        f"All that it printed is in {job.log}. Give them more time: `--timeout`.",
    )
