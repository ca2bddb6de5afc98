"""What a run of an evaluator left: metrics, outputs, or why there are none."""

import re
import signal
from pathlib import Path

from mlvc.artifacts.documents import plain
from mlvc.artifacts.outline import outline
from mlvc.artifacts.running import Process
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import Exit, MlvcError
from mlvc.ops import metric_files
from mlvc.workspace.hashing import md5_file

# What DVC prints around the output of a stage.
_ANNOUNCED = ("Running stage ", "> ")
_FAILED = "ERROR: failed to reproduce "
_KILLED = re.compile(r"exited with (?:-(\d+)|(1[2-9]\d))\b")
_BY_SHELL = 128


def why(process: Process) -> str:
    """What happened to a run that failed, such as `failed: no such column`.

    That is the last that the stage printed; where it is not to blame, what DVC says. Who was killed
    could print nothing of it.
    """
    said, number = _last(process.tail), _signal(process)
    if not number:
        return f"failed: {said}"
    memory = " (was there enough memory?)" if number == signal.SIGKILL else ""
    last = "" if said.startswith("failed to run:") else f"; it last said: {said}"
    return f"was killed by {signal.Signals(number).name}{memory}{last}"


def _signal(process: Process) -> int:
    """What killed it, or the stage that it ran; 0 for nothing."""
    if (process.status or 0) < 0:
        return -(process.status or 0)
    found = _KILLED.search(process.tail)
    # A shell between tells it in its own way.
    number = int(found[1] or int(found[2]) - _BY_SHELL) if found else 0
    return number if number in signal.valid_signals() else 0


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    verdicts = [at for at, line in enumerate(lines) if line.startswith(_FAILED)]
    said = lines[verdicts[-1]].removeprefix(_FAILED).partition(": ")[2] if verdicts else ""
    if said and "failed to run:" not in said:
        return said
    printed = lines[: verdicts[-1]] if verdicts else lines
    own = [line for line in printed if not line.startswith(_ANNOUNCED)]
    return (own or [said or "it printed nothing"])[-1]


def read(tree: Path, judge: Evaluator) -> tuple[dict[str, float], dict[str, str]]:
    """The metrics, and what the run wrote besides by digest: predictions, plots."""
    digests = _digests(tree, judge)
    for path in judge.metric_files:
        # What DVC's run cache gave back was not looked at, and a disk may have changed it.
        said, file = digests.pop(path, None), tree / path
        if said and file.is_file() and said != f"md5:{md5_file(file)}":
            raise MlvcError(
                f"{path} is not what DVC says that the stage wrote",
                "Run it with `--again`.",
                Exit.CORRUPT,
            )
    return metric_files.written(tree, judge), digests


def _digests(tree: Path, judge: Evaluator) -> dict[str, str]:
    """What the run wrote, by DVC's digest."""
    paths = {stage.file.removesuffix("dvc.yaml") + name for stage in judge.stages
             for name in ("dvc.yaml", "dvc.lock")}  # fmt: skip
    files = {p: plain((tree / p).read_bytes()) for p in paths if (tree / p).is_file()}
    wanted = {out.path for stage in judge.stages for out in stage.outs}
    found = {o.path: o.digest for s in outline(files).stages for o in s.outs if o.path in wanted}
    return {path: digest for path, digest in found.items() if digest}
