"""`mlvc gate` with a test: noise is told from a drop, by predictions on the same rows."""

import json
from pathlib import Path

import pytest

from tests.ops.evaluation.released import evaluated
from tests.ops.evaluation.test_gate_verdicts import gated, verdict
from tests.project import Project

PREDICTIONS = """\
  evaluation:
    predictions: {path: predictions.csv, truth: label, predicted: predicted}
"""
BOOTSTRAP = "test: paired_bootstrap"


def comparing(project: Project, *gates: str) -> Project:
    """The workspace's gates, and where predictions are."""
    gated(project, *gates)
    project.write("params.yaml", project.read("params.yaml") + PREDICTIONS)
    return project


def findings(project: Project, *args: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(project.mlvc("gate", *args, "--json").out)[
        "findings"
    ]
    return found


COMPARED = ("v0.2.0", "--baseline", "v0.3.0", "--with", "HEAD")


@pytest.mark.parametrize("test", ["paired_bootstrap", "mcnemar"])
@pytest.mark.parametrize(
    ("margin", "word", "says"),
    [
        ("0.0", "FAIL", "all of it beyond the margin 0"),
        ("0.9", "PASS", "all of it within the margin 0.9"),
        ("DROP", "INCONCLUSIVE", "which reaches across the margin"),
    ],
)
def test_the_interval_decides(
    judged: Project, test: str, margin: str, word: str, says: str
) -> None:
    rows = evaluated(judged, "v0.3.0", "v0.2.0", by="HEAD")
    before, after = (row.evaluation.metrics["accuracy"] for row in rows)
    drop = before - after
    assert drop > 0.05
    limit = margin.replace("DROP", str(drop))
    comparing(judged, f"metric: accuracy, max_drop: {limit}, test: {test}, confidence: 0.8")
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == word, answer
    assert says in answer.out and "on 80 rows" in answer.out


def test_the_answer_has_the_numbers(judged: Project) -> None:
    comparing(judged, f"metric: f1, max_drop: 0.0, {BOOTSTRAP}, confidence: 0.9")
    (found,) = findings(judged, *COMPARED)
    drop = found["drop"]
    assert isinstance(drop, dict)
    assert drop["low"] < drop["value"] < drop["high"]
    assert (drop["confidence"], drop["rows"], drop["tests"]) == (0.9, 80, 1)
    assert findings(judged, *COMPARED) == [found]


def test_a_share_and_another_name_for_the_metric(judged: Project) -> None:
    comparing(judged, f"metric: f1, max_drop: 1%, score: f1, {BOOTSTRAP}")
    (found,) = findings(judged, *COMPARED)
    assert found["verdict"] == "FAIL"
    assert "margin 1 %" in str(found["explanation"])


def test_several_tests_are_corrected_for(judged: Project) -> None:
    gates = [f"metric: {name}, max_drop: 0.0, {BOOTSTRAP}" for name in ("f1", "recall", "accuracy")]
    comparing(judged, *gates, "metric: f1, min: 0.0")
    answer = judged.mlvc("gate", *COMPARED)
    assert answer.out.count("98.33 % interval") == 3
    assert answer.out.count("corrected for 3 tests") == 3


def test_a_model_against_itself_is_within_any_margin(judged: Project) -> None:
    comparing(judged, f"metric: accuracy, max_drop: 0.0, {BOOTSTRAP}")
    answer = judged.mlvc("gate", "v0.2.0", "--baseline", "v0.2.0", "--with", "HEAD")
    assert verdict(answer) == "PASS"


def test_too_few_rows_are_inconclusive(judged: Project) -> None:
    comparing(judged, f"metric: accuracy, max_drop: 0.0, {BOOTSTRAP}, min_samples: 81")
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "INCONCLUSIVE"
    assert "only 80 rows" in answer.out


@pytest.mark.parametrize(
    ("gate", "says"),
    [
        (f"metric: samples, max_drop: 0.0, {BOOTSTRAP}", "does not know how to compute 'samples'"),
        (
            f"metric: accuracy, score: recall, max_drop: 0.0, {BOOTSTRAP}",
            "it is another metric, or another run",
        ),
        (f"metric: accuracy, score: roc_auc, max_drop: 0.0, {BOOTSTRAP}", "needs scores"),
        (
            "metric: accuracy, slice: {label: 7}, min: 0",
            "accuracy[label=7] is not known: no row has '7' in column 'label'",
        ),
        (
            "metric: accuracy, slice: {region: EU}, min: 0",
            "has no column 'region', only predicted, label",
        ),
    ],
)
def test_what_cannot_be_computed_is_an_error(judged: Project, gate: str, says: str) -> None:
    comparing(judged, gate)
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert says in answer.out


def test_predictions_have_to_be_named(judged: Project) -> None:
    gated(judged, f"metric: accuracy, max_drop: 0.0, {BOOTSTRAP}")
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert "mlvc.evaluation.predictions" in answer.out


def test_a_column_that_is_not_there_is_named(judged: Project) -> None:
    comparing(judged, f"metric: accuracy, max_drop: 0.0, {BOOTSTRAP}")
    judged.write("params.yaml", judged.read("params.yaml").replace("truth: label", "truth: late"))
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert (
        "predictions.csv of model@v0.2.0 has no column 'late', only predicted, label" in answer.out
    )


def objects_of(project: Project) -> list[Path]:
    """The objects of all predictions."""
    cache = project.path / ".dvc/cache/files/md5"
    found = [p for p in cache.glob("*/*") if p.read_bytes().startswith(b"predicted,label")]
    assert found
    return found


def test_predictions_that_are_gone_are_made_again_when_asked_for(judged: Project) -> None:
    comparing(judged, f"metric: f1, max_drop: 0.0, {BOOTSTRAP}")
    for file in objects_of(judged):
        file.unlink()
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert "neither in the cache nor on a remote" in answer.out
    head = judged.git("rev-parse", "HEAD")[:10]
    assert f"`mlvc eval model@v0.2.0 --with {head} --again`" in answer.out
    again = judged.mlvc("eval", "v0.2.0", "v0.3.0", "--with", "HEAD", "--again")
    assert again.code == 0, again
    assert verdict(judged.mlvc("gate", *COMPARED)) == "FAIL"


def test_predictions_that_dvc_does_not_keep_are_not_to_be_made_again(releases: Project) -> None:
    kept = "      - predictions.csv\n"
    yaml = releases.read("dvc.yaml")
    assert kept in yaml
    releases.write("dvc.yaml", yaml.replace(kept, f"{kept[:-1]}:\n          cache: false\n"))
    releases.dvc("repro", "--quiet", "--force", "evaluate")
    for file in objects_of(releases):
        file.unlink()
    comparing(releases, f"metric: accuracy, max_drop: 0.9, {BOOTSTRAP}").commit("Not kept")
    assert evaluated(releases, "v0.2.0", "v0.3.0", by="HEAD")[0].is_ok
    answer = releases.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert "Make the evaluate stage's predictions an output or plot that DVC keeps" in answer.out
    assert "--again" not in answer.out + answer.err
    curve = releases.mlvc("plot", "roc", "v0.2.0", "--with", "HEAD")
    assert "that DVC keeps" in curve.err and "--again" not in curve.err


def test_predictions_that_were_changed_are_no_evidence(judged: Project) -> None:
    comparing(judged, f"metric: accuracy, max_drop: 0.9, {BOOTSTRAP}")
    for file in objects_of(judged):
        data = file.read_bytes()
        file.chmod(0o644)
        file.write_bytes(data.replace(b"1,1", b"0,1", 1))
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert "is corrupt" in answer.out


def test_a_release_in_doubt_is_made_and_says_so(judged: Project) -> None:
    judged.set_param("weight: 0.7", "weight: 1.11")
    comparing(judged, f"metric: accuracy, max_drop: 0.1, {BOOTSTRAP}")
    judged.dvc("repro", "--quiet")
    judged.commit("Perhaps worse")
    answer = judged.mlvc("gate")
    assert verdict(answer) == "INCONCLUSIVE", answer
    done = judged.mlvc("tag", "0.4.0")
    assert done.code == 0, done
    assert "INCONCLUSIVE" in done.out
    assert "Verdict: INCONCLUSIVE" in judged.git("tag", "--list", "-n99", "model@v0.4.0")


def test_a_verdict_and_a_table_for_a_pull_request(judged: Project) -> None:
    comparing(judged, f"metric: f1, max_drop: 0.0, {BOOTSTRAP}")
    answer = judged.mlvc("gate", *COMPARED, "--md")
    assert answer.code == 3
    lines = answer.out.splitlines()
    assert lines[0].startswith("**FAIL** model@v0.2.0, compared with model@v0.3.0")
    assert lines[2:4] == ["| VERDICT | GATE | WHY |", "| --- | --- | --- |"]
    assert lines[4].startswith("| FAIL | f1 max\\_drop 0.0 (maximize, paired\\_bootstrap) |")
    table = judged.mlvc("eval", "--all", "--with", "HEAD", "--md").out
    assert table.startswith("| RELEASE | accuracy | f1 |")
    numbers = judged.mlvc("eval", "--all", "--with", "HEAD", "--csv").out
    assert numbers.splitlines()[0] == "release,accuracy,f1,precision,recall,samples,error"


def test_a_gate_may_be_about_some_rows_alone(judged: Project) -> None:
    # Of the rows whose label is 1, the share that is right is the recall.
    (row,) = evaluated(judged, "v0.2.0", by="HEAD")
    recall = row.evaluation.metrics["recall"]
    rows = "slice: {label: 1}"
    comparing(
        judged,
        f"metric: accuracy, {rows}, min: {recall - 1e-9}, max: {recall + 1e-9}",
        f"metric: accuracy, {rows}, max_drop: 0.9, {BOOTSTRAP}",
        f"metric: accuracy, {rows}, max_drop: 0.9",
        "metric: recall, min: 0",
    )
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "PASS", answer.out
    assert answer.out.count("accuracy[label=1]") == 8
    assert "on 80 rows" not in answer.out and "interval" in answer.out


def test_a_slice_needs_predictions(judged: Project) -> None:
    gated(judged, "metric: accuracy, slice: {label: 1}, min: 0")
    answer = judged.mlvc("gate", *COMPARED)
    assert verdict(answer) == "ERROR"
    assert "nothing says where they are" in answer.out
