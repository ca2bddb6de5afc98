"""The story: three models, a December that the newest does not understand, and the way back."""

import json
import sys
from pathlib import Path

from mlvc.demo.stage import Stage

_MODEL = "models/flights.skops"
_SED = "sed -i ''" if sys.platform == "darwin" else "sed -i"
# Each model is trained on two months, and judged by the month that follows them.
_SEASONS = (
    ("January and February", None),
    ("April and May", ("[4, 5]", "[6]")),
    ("September and October", ("[9, 10]", "[11]")),
)


def tell(folder: Path) -> None:
    """Play the whole story in a new folder; raises `MlvcError` where a claim does not hold."""
    stage = Stage(folder)
    _begin(stage)
    for months, change in _SEASONS:
        _release(stage, months, change)
    stage.run("mlvc list")
    _december(stage)
    before = _digest(stage)
    stage.chapter("Back to the last good model: model, data, parameters and code together")
    stage.run("mlvc rollback --dry-run")
    stage.run('mlvc rollback --reason "F1 and recall fell in December"')
    _prove(stage, before)


def _begin(stage: Stage) -> None:
    stage.chapter("A repository with a pipeline: will a flight from New York arrive late?")
    stage.say(f"$ cd {stage.folder}")
    stage.run("git init --quiet --initial-branch=main")
    stage.run('git config user.name "Ada Demo"')
    stage.run("git config user.email ada@example.com")
    stage.run("mlvc init --template flights", shown=False)


def _release(stage: Stage, months: str, change: tuple[str, str] | None) -> None:
    stage.chapter(f"A model trained on {months}")
    if change:
        train, evaluate = change
        stage.run(f"{_SED} 's/train_months: .*/train_months: {train}/' params.yaml")
        stage.run(f"{_SED} 's/evaluate_months: .*/evaluate_months: {evaluate}/' params.yaml")
    stage.run("dvc repro --quiet")
    stage.run("git add --all")
    stage.run(f'git commit --quiet --message "Train on {months}"')
    stage.run(f'mlvc tag --message "Trained on {months}"')


def _december(stage: Stage) -> None:
    stage.chapter("December comes. The same flights for every model: that is a fair comparison")
    stage.run(f"{_SED} 's/evaluate_months: .*/evaluate_months: [12]/' params.yaml")
    stage.run(f"{_SED} 's/# - metric: f1/- metric: f1/; s/#   max_drop/  max_drop/' params.yaml")
    stage.run(f"{_SED} 's/#   test:/  test:/' params.yaml")
    stage.run("dvc repro --quiet")
    stage.run('git commit --quiet --all --message "Evaluate on December, and allow no drop of F1"')
    stage.run("mlvc eval --all --with HEAD")
    rows = json.loads(stage.ask("mlvc eval --all --with HEAD --json"))["evaluations"]
    f1 = {row["label"]: row["evaluation"]["metrics"]["f1"] for row in rows}
    newest, before = f1["flights@v0.3.0"], f1["flights@v0.2.0"]
    stage.check(
        f"the newest model is worse than the one before: F1 {newest:.3f} after {before:.3f}",
        newest < before,
    )
    stage.run("mlvc diff v0.2.0 v0.3.0 --with HEAD")
    stage.run("mlvc gate", code=3)
    stage.check("chance cannot explain that: the gate says FAIL (exit code 3)", holds=True)


def _prove(stage: Stage, before: str) -> None:
    stage.chapter("The proof")
    stage.run("mlvc list")
    stage.run("git log --oneline --max-count=3")
    stage.run("git log -1 --format=%B")
    stage.run("dvc metrics show")
    stage.run(f"sha256sum {_MODEL}" if sys.platform != "darwin" else f"shasum -a 256 {_MODEL}")
    stage.run("git for-each-ref --format='%(contents)' refs/tags/flights@v0.2.0")
    released = stage.ask("git for-each-ref --format='%(contents)' refs/tags/flights@v0.2.0")
    digest = _digest(stage)
    stage.check("the model's bytes have changed", digest != before)
    stage.check("they are those of v0.2.0: the digest in its tag", f"sha256:{digest}" in released)
    which = stage.run(f"mlvc which {_MODEL}")
    stage.check("and `mlvc which` knows it, by digest", which == "flights@v0.2.0")
    status = stage.run("dvc status")
    stage.check("data, parameters and code fit the model", "up to date" in status)
    stage.run("dvc repro")
    stage.check("`dvc repro` has nothing to do", _has_nothing_to_do(stage))
    stage.check("nothing is left uncommitted", not stage.ask("git status --porcelain"))
    stage.run("mlvc history")


def _has_nothing_to_do(stage: Stage) -> bool:
    lines = stage.ask("dvc repro --dry").splitlines()
    return not any(line.startswith(("Running", ">")) for line in lines)


def _digest(stage: Stage) -> str:
    import hashlib

    return hashlib.sha256((stage.folder / _MODEL).read_bytes()).hexdigest()
