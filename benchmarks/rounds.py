"""The order of a round: which state each switch finds, and which of them count."""

import sys
from pathlib import Path

from benchmarks.ground import Ground
from benchmarks.limits import Limits
from benchmarks.measuring import Results, Stint
from benchmarks.processes import BIN, DURABLE, succeeds
from benchmarks.rivals import LFS, Lfs

MLVC, DVC, STATUS, PREPARE = "mlvc rollback", "dvc checkout", "dvc status", "mlvc prepare"
COLD, WARM, FOREIGN, SPARE, PREPARED = "cold", "warm", "foreign", "spare", "prepared"
FULL = "verify=full"
AFTER_MLVC, AFTER_DVC = "after mlvc", "after dvc"
START, COMMIT = "start-up", "git commit"
_READS = Path(__file__).with_name("reads.py")


def measure_round(ground: Ground, stint: Stint, limits: Limits, lfs: Lfs | None) -> None:
    """All contestants once or twice. An odd number of switches: rounds differ in direction."""
    _dvc(ground, stint)
    _mlvc(ground, stint)
    _ready(ground, stint)
    ground.dvc()
    stint.time(MLVC, FOREIGN, ground.mlvc)
    limits.measure(stint)
    if lfs:
        lfs.measure(stint)
    else:
        stint.note(LFS, "", "it always copies")


def _dvc(ground: Ground, stint: Stint) -> None:
    ground.forget()
    stint.time(DVC, COLD, ground.dvc)
    ground.dvc()  # so that both versions are known
    stint.time(DVC, WARM, ground.dvc)
    _status(ground, stint, AFTER_DVC)


def _mlvc(ground: Ground, stint: Stint) -> None:
    ground.forget()
    stint.time(MLVC, COLD, ground.mlvc)
    ground.mlvc()
    for _ in range(2):
        ground.unprepare()
        stint.time(MLVC, WARM, ground.mlvc)
    _status(ground, stint, AFTER_MLVC)
    for _ in range(2):
        ground.unprepare()
        stint.time(MLVC, FULL, lambda: ground.mlvc("--verify=full"))


def _ready(ground: Ground, stint: Stint) -> None:
    """There and back where mlvc has a tree ready: the last one, or one that was asked for."""
    for _ in range(2):
        if ground.has_ready():
            stint.time(MLVC, SPARE, ground.mlvc)
        else:
            stint.note(MLVC, SPARE, "no tree is kept")
    prepare: list[str | Path] = [BIN / "mlvc", "prepare", "--yes"]
    env = ground.repository.env
    if not succeeds([*prepare, "--help"], ground.repository.path, env):
        stint.note(MLVC, PREPARED, "no such verb")
        return
    for _ in range(2):
        ground.unprepare()
        stint.time(PREPARE, "", lambda: ground.run([*prepare, ground.other]))
        stint.time(MLVC, PREPARED, ground.mlvc)


def _status(ground: Ground, stint: Stint, state: str) -> None:
    report = ground.scratch / "reads"
    stint.time(STATUS, state, lambda: ground.run([sys.executable, _READS, report, "status", "-q"]))
    stint.count(STATUS, state, int(report.read_text(encoding="utf-8")))


def measure_fixed(ground: Ground, results: Results, rounds: int) -> None:
    """What any rollback costs: the same process on a model of one small file.

    Start-up is the process that imports all, plans, proves the plan, looks at the workspace and
    stops there (`--dry-run`).
    """
    stint = Stint(results, "tiny", ground.repository.cache)
    plan: list[str | Path] = [BIN / "mlvc", "rollback", "--dry-run"]
    commit: list[str | Path] = [
        "git",
        *DURABLE,
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "Nothing",
    ]
    ground.mlvc()
    for _ in range(rounds):
        stint.time(START, "", lambda: ground.run([*plan, ground.other]))
        ground.unprepare()
        stint.time(MLVC, WARM, ground.mlvc)
        stint.time(COMMIT, "", lambda: ground.run(commit))
        stint.time(DVC, WARM, ground.dvc)
    Limits(ground).measure(stint)
