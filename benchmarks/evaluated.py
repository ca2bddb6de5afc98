"""A repository with releases, whose evaluator takes a known time."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import BIN, measure, output

_CALIBRATED = """\
import sys, time
end = time.process_time() + float(sys.argv[1])
while time.process_time() < end:
    pass
text = open("model.bin").read()
open("metrics.json", "w").write('{"score": %d}' % len(text))
"""
_STAGES = """\
stages:
  train:
    cmd: python train.py
    deps: [train.py]
    params: [seed]
    outs: [model.bin]
  evaluate:
    cmd: python evaluate.py {seconds}
    deps: [evaluate.py, model.bin]
    metrics: [metrics.json: {{cache: false}}]
artifacts:
  model: {{path: model.bin, type: model}}
"""
_TRAIN = """\
import re
seed = int(re.search(r"seed: (\\d+)", open("params.yaml").read())[1])
open("model.bin", "w").write("x" * (1_000_000 + seed))
"""


@dataclass(frozen=True)
class Ground:
    """A repository with releases, whose evaluator takes a known time."""

    path: Path
    env: Mapping[str, str]

    def seconds(self, *command: str | Path) -> float:
        """How long a command takes there."""
        return measure(command, self.path, self.env).seconds

    def git(self, *args: str) -> str:
        """What `git ARGS` prints."""
        return output(["git", *args], self.path, self.env)


def build(path: Path, env: Mapping[str, str], releases: int, seconds: float) -> Ground:
    """A repository with so many releases; each evaluation computes for so many seconds."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    files = {"dvc.yaml": _STAGES.format(seconds=seconds), "train.py": _TRAIN,
             "evaluate.py": _CALIBRATED}  # fmt: skip
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")
    ground = Ground(path, env)
    ground.git("init", "--quiet")
    ground.seconds(BIN / "dvc", "init", "--quiet")
    ground.seconds(BIN / "dvc", "config", "cache.type", "hardlink")
    for seed in range(releases):
        (path / "params.yaml").write_text(f"seed: {seed}\n", encoding="utf-8")
        ground.seconds(BIN / "dvc", "repro", "--quiet")
        ground.git("add", "--all")
        ground.git("commit", "--quiet", "--message", f"Seed {seed}")
        ground.git("tag", "--annotate", f"model@v1.{seed}.0", "--message", "A release")
    return ground
