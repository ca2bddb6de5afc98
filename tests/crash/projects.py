"""The repository of the sweep: a model, a folder, another model; dirty and untracked files."""

import shutil
from pathlib import Path

from tests.crash import forked
from tests.project import Project

TRAIN = """\
weight=$(sed -n 's/^ *weight: //p' params.yaml)
{ echo "model of $weight"; cat data/raw.csv; } > model.bin
mkdir -p encoder/deep
echo "the same in all" > encoder/same
echo "the same, too" > encoder/more
echo "words of $weight" > encoder/deep/words
echo "only in $weight" > "encoder/only-$weight"
: > encoder/empty
"""
TRAIN_OTHERWISE = """\
echo "another model" > model.bin
mkdir -p extra
echo "made" > extra/made.bin
"""
DVC_YAML = """\
stages:
  train:
    cmd: sh train.sh
    deps:
      - train.sh
      - data/raw.csv
    params:
      - train
    outs:
      - model.bin
      - encoder
  evaluate:
    cmd: "wc -c < model.bin | sed 's/.*/{\\"size\\": &}/' > metrics.json"
    deps:
      - model.bin
    metrics:
      - metrics.json:
          cache: false
  other:
    cmd: cp data/other.csv other.bin
    deps:
      - data/other.csv
    outs:
      - other.bin
artifacts:
  model:
    path: model.bin
  other:
    path: other.bin
"""
OUTPUTS = ("model.bin", "encoder", "other.bin", "extra/made.bin")


def build(path: Path, *config: str) -> Project:
    """Releases model@v0.1.0 and v0.2.0, the second at HEAD; all else of the user's is about."""
    path.mkdir(parents=True)
    project = Project(path)
    project.git("init", "--quiet", "--template=")
    forked.done(forked.dvc(path, "init", "--quiet"))
    for words in config:
        forked.done(forked.dvc(path, "config", *words.split()))
    project.write("dvc.yaml", DVC_YAML)
    project.write("train.sh", TRAIN)
    project.write("data/raw.csv", "1,2\n")
    project.write("data/other.csv", "5\n")
    project.write("notes.txt", "committed\n")
    train(project, "1.0")
    forked.done(forked.verb(path, "tag", "model@0.1.0"))
    project.write("train.sh", TRAIN + "# another version\n")
    project.write("notes.txt", "committed again\n")
    train(project, "2.0")
    forked.done(forked.verb(path, "tag", "model@0.2.0"))
    project.git("gc", "--quiet")
    shutil.rmtree(path / ".dvc/tmp")
    return project


def train(project: Project, weight: str) -> None:
    """Run the pipeline with another parameter, and commit."""
    project.write("params.yaml", f"train:\n  weight: {weight}\n")
    forked.done(forked.dvc(project.path, "repro", "--quiet"))
    project.commit(f"Train {weight}")


def disturb(project: Project) -> None:
    """Let a user be at work on what no rollback of the lineage touches."""
    project.write("notes.txt", "not committed\n")
    project.write("staged.txt", "staged\n")
    project.git("add", "staged.txt")
    project.write("staged.txt", "and changed again\n")
    project.write("mine.txt", "untracked\n")
    project.write("data/mine.txt", "untracked, too\n")


def meddle(project: Project) -> None:
    """Let a user have changed what a rollback restores."""
    project.write("train.sh", "echo mine\n")
    project.git("add", "train.sh")
    project.write("train.sh", "echo mine again\n")
    project.write("model.bin", "a model of mine\n")
    project.write("encoder/mine", "a file of mine\n")
