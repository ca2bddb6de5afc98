"""The digest of an evaluator changes with all that changes metrics, and with nothing else."""

from pathlib import Path

import pytest

from mlvc.ops.project import Project as Opened
from mlvc.ops.scores import evaluator_at
from tests.ops.evaluation.released import evaluated, graft
from tests.pipeline_project import DVC_YAML, EVALUATE, TRAIN, rows
from tests.project import Project

PARAMS = "train:\n  weight: 0.7\n  bias: 0.5\nevaluate:\n  threshold: 1.5  # added\n"
OTHER_STAGE = "  report:\n    cmd: echo {}\nartifacts:"


def digest(project: Project, commit: str) -> str:
    return evaluator_at(Opened.find(project.path), commit, "model", commit[:10]).digest


@pytest.mark.parametrize(
    "files",
    [
        {"evaluate.py": EVALUATE + "# another\n"},
        {"data/test.csv": rows(80, seed=11)},
        {"params.yaml": PARAMS.replace("1.5", "1.6")},
        {"dvc.yaml": DVC_YAML.replace("python evaluate.py", "python -O evaluate.py")},
        {"dvc.yaml": DVC_YAML.replace("      - data/test.csv\n", "")},
        {"dvc.yaml": DVC_YAML.replace("metrics.json", "scores.json")},
        {"dvc.yaml": DVC_YAML.replace("    params:\n      - evaluate\n", "")},
    ],
    ids=["code", "data", "parameter", "command", "dependency", "output", "parameters"],
)
def test_it_changes_with_what_evaluates(releases: Project, files: dict[str, str]) -> None:
    assert digest(releases, graft(releases, "other", files)) != digest(releases, "main")


@pytest.mark.parametrize(
    "files",
    [
        {"params.yaml": PARAMS.replace("# added", "# a comment").replace("  bias", "\n  bias")},
        {"params.yaml": PARAMS.replace("0.7", "0.9")},
        {"params.yaml": PARAMS + "mlvc: {gates: [{metric: accuracy, min: 0.5}]}\n"},
        {"params.yaml": PARAMS + "other: 1\n"},
        {"train.py": TRAIN + "# another\n"},
        {"data/raw.csv": "value,label\n1,0\n"},
        {"signature.json": "{}"},
        {"dvc.yaml": DVC_YAML.replace("artifacts:", OTHER_STAGE.format("more"))},
        {"dvc.yaml": "# a comment\n" + DVC_YAML},
        {"README.md": "words"},
        {"metrics.json": "{}"},
    ],
    ids=["comment", "training", "settings", "others", "trainer", "raw data", "signature", "stage",
         "yaml comment", "readme", "metrics"],
)  # fmt: skip
def test_it_stays_when_only_other_things_change(releases: Project, files: dict[str, str]) -> None:
    assert digest(releases, graft(releases, "other", files)) == digest(releases, "main")


def test_it_does_not_depend_on_the_model(releases: Project) -> None:
    found = {digest(releases, f"model@v{version}") for version in ("0.1.0", "0.2.0", "0.3.0")}
    assert len(found) == 1
    assert digest(releases, "main") not in found


def test_a_file_tracked_as_a_whole_counts_without_mlvcs_settings(releases: Project) -> None:
    whole = DVC_YAML.replace(
        "    params:\n      - evaluate\n", "    params:\n      - params.yaml:\n"
    )
    one = graft(releases, "one", {"dvc.yaml": whole})
    two = graft(releases, "two", {"dvc.yaml": whole, "params.yaml": PARAMS + "mlvc: {gates: []}\n"})
    three = graft(releases, "three", {"dvc.yaml": whole, "params.yaml": PARAMS + "more: 1\n"})
    assert digest(releases, one) == digest(releases, two) != digest(releases, three)


def test_the_same_evaluator_at_another_commit_needs_no_second_run(releases: Project) -> None:
    (first,) = evaluated(releases, "0.1.0", by="HEAD")
    commit = graft(releases, "other", {"README.md": "words", "train.py": TRAIN + "# other\n"})
    (second,) = evaluated(releases, "0.1.0", by=commit)
    assert second.evaluation == first.evaluation and not second.fresh


def test_a_record_from_another_clone_is_used_when_it_is_earlier(
    releases: Project, tmp_path: Path
) -> None:
    from dataclasses import replace

    from mlvc.registry.evaluations import record
    from mlvc.registry.git import Git

    (mine,) = evaluated(releases, "0.1.0", by="HEAD")
    theirs = replace(mine.evaluation, id="00", metrics={"accuracy": 0.123})
    for at, wanted in ((mine.evaluation.at + 1, mine.evaluation), (1.0, None)):
        made = replace(theirs, at=at)
        record(Git(releases.path), [made])
        assert evaluated(releases, "0.1.0", by="HEAD")[0].evaluation == (wanted or made)
