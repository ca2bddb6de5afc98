"""The pipeline of fixture `project`: plain Python, so that a run of all stages takes a second."""

from pathlib import Path

from tests.project import Project

PREPARE = '''\
"""Keep the rows that have a value."""
from pathlib import Path

rows = [row for row in Path("data/raw.csv").read_text().splitlines() if not row.endswith(",")]
Path("data/clean.csv").write_text("\\n".join(rows) + "\\n")
'''

TRAIN = '''\
"""A model that predicts yes from a cutoff on; the same data and parameters, the same bytes."""
import json
from pathlib import Path

import yaml

params = yaml.safe_load(Path("params.yaml").read_text())["train"]
rows = [row.split(",") for row in Path("data/clean.csv").read_text().splitlines()[1:]]
mean = sum(float(value) for value, _ in rows) / len(rows)
lines = [f"cutoff {mean * params['weight']:.6f}"]
lines += [f"unit {unit} {unit * params['weight'] + params['bias']:.6f}" for unit in range(200)]
Path("model.bin").write_text("\\n".join(lines) + "\\n")
signature = {"inputs": {"value": "float"}, "output": {"label": [0, 1]}}
Path("signature.json").write_text(json.dumps(signature, indent=2) + "\\n")
'''

EVALUATE = '''\
"""Accuracy, precision, recall and F1 on rows that the model has not seen."""
import json
from pathlib import Path

import yaml

threshold = yaml.safe_load(Path("params.yaml").read_text())["evaluate"]["threshold"]
cutoff = float(Path("model.bin").read_text().split()[1])
rows = [row.split(",") for row in Path("data/test.csv").read_text().splitlines()[1:]]
pairs = [(int(float(value) >= cutoff + threshold), int(label)) for value, label in rows]
hits = sum(said == label == 1 for said, label in pairs)
precision = hits / max(1, sum(said for said, _ in pairs))
recall = hits / max(1, sum(label for _, label in pairs))
metrics = {
    "accuracy": sum(said == label for said, label in pairs) / len(pairs),
    "precision": precision,
    "recall": recall,
    "f1": 2 * precision * recall / ((precision + recall) or 1),
    "samples": len(pairs),
}
Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\\n")
lines = ["predicted,label", *(f"{said},{label}" for said, label in pairs)]
Path("predictions.csv").write_text("\\n".join(lines) + "\\n")
'''

PARAMS = """\
train:
  weight: 1.0
  bias: 0.5
evaluate:
  threshold: 0.0  # added to the model's cutoff
"""

DVC_YAML = """\
stages:
  prepare:
    cmd: python prepare.py
    deps:
      - prepare.py
      - data/raw.csv
    outs:
      - data/clean.csv
  train:
    cmd: python train.py
    deps:
      - train.py
      - data/clean.csv
    params:
      - train
    outs:
      - model.bin
      - signature.json:
          cache: false
  evaluate:
    cmd: python evaluate.py
    deps:
      - evaluate.py
      - model.bin
      - data/test.csv
    params:
      - evaluate
    outs:
      - predictions.csv
    metrics:
      - metrics.json:
          cache: false
artifacts:
  model:
    path: model.bin
    type: model
"""


def rows(count: int, seed: int) -> str:
    """A table of values and labels: from about the middle on, the label is mostly 1."""
    lines = ["value,label"]
    for number in range(count):
        value = number * seed % count
        label = int(value + (number % 7 - 3) * 4 >= count / 2)
        lines.append(f"{value},{label}")
    return "\n".join(lines) + "\n"


def build(path: Path) -> Project:
    """A repository whose pipeline has run and is committed, in a new folder `path`."""
    path.mkdir(parents=True)
    project = Project(path)
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    project.write("prepare.py", PREPARE)
    project.write("train.py", TRAIN)
    project.write("evaluate.py", EVALUATE)
    project.write("params.yaml", PARAMS)
    project.write("dvc.yaml", DVC_YAML)
    project.write("data/raw.csv", rows(100, seed=37) + "17,\n")
    project.write("data/test.csv", rows(80, seed=13))
    project.dvc("repro", "--quiet")
    project.commit("A first model")
    return project
