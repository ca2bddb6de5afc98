"""`mlvc gate`: exit codes, and a verdict that never passes by accident."""

import hashlib
import json

import pytest

from tests.ops.evaluation.released import evaluated, graft
from tests.project import Answer, Project

CODES = {"PASS": 0, "NONE": 0, "FAIL": 3, "INCONCLUSIVE": 4, "ERROR": 5}


def gated(project: Project, *gates: str) -> Project:
    """The workspace's gates: what counts is what they say today."""
    lines = "".join(f"    - {{{gate}}}\n" for gate in gates)
    params = project.read("params.yaml").partition("mlvc:")[0]
    project.write("params.yaml", f"{params}mlvc:\n  gates:\n{lines}" if gates else params)
    return project


def verdict(answer: Answer) -> str:
    assert "Traceback" not in answer.err
    word = answer.out.split()[0]
    assert answer.code == CODES[word]
    return word


def with_metrics(project: Project, metrics: str) -> str:
    """A commit with those metrics, which by its lock are what its evaluator wrote."""
    old = hashlib.md5((project.path / "metrics.json").read_bytes()).hexdigest()
    new = hashlib.md5(metrics.encode()).hexdigest()
    lock = project.read("dvc.lock")
    assert old in lock
    return graft(project, "odd", {"metrics.json": metrics, "dvc.lock": lock.replace(old, new)})


def test_without_gates_the_answer_is_none_and_exit_0(releases: Project) -> None:
    answer = releases.mlvc("gate")
    assert verdict(answer) == "NONE"
    assert "params.yaml has none" in answer.err
    assert json.loads(releases.mlvc("gate", "--json").out)["verdict"] == "NONE"


def test_without_gates_nothing_has_to_evaluate_either(releases: Project) -> None:
    yaml = releases.read("dvc.yaml").replace("    metrics:\n", "    plots:\n")
    releases.write("dvc.yaml", yaml)
    releases.commit("No metrics")
    assert verdict(releases.mlvc("gate")) == "NONE"
    gated(releases, "metric: accuracy, min: 0.1")
    answer = releases.mlvc("gate")
    assert answer.code == 5
    assert "nothing evaluates model" in answer.err and "hint:" in answer.err


@pytest.mark.parametrize(
    ("gate", "word", "says"),
    [
        ("metric: accuracy, min: 0.5", "PASS", "at least 0.5"),
        ("metric: accuracy, min: 0.99", "FAIL", "not at least 0.99"),
        ("metric: samples, max: 10", "FAIL", "samples is 80.0, not at most 10"),
        ("metric: nosuch, min: 0.5", "ERROR", "nosuch is missing"),
    ],
)
def test_a_verdict_has_an_exit_code_and_names_metric_value_and_limit(
    releases: Project, gate: str, word: str, says: str
) -> None:
    answer = gated(releases, gate).mlvc("gate")
    assert verdict(answer) == word
    assert says in answer.out
    found = json.loads(releases.mlvc("gate", "--json").out)
    assert found["verdict"] == word
    assert says in found["findings"][0]["explanation"]


def test_a_fail_is_not_hidden_by_an_error(releases: Project) -> None:
    gates = ("metric: nosuch, min: 0", "metric: accuracy, min: 0.99")
    assert verdict(gated(releases, *gates).mlvc("gate")) == "FAIL"


@pytest.mark.parametrize(
    "metrics",
    ['{"accuracy": NaN}', '{"accuracy": Infinity}', '{"accuracy": null}', '{"accuracy": "1"}',
     '{"accuracy": true}', "{}", "null", "no json", '{"accuracy": [1]}'],
)  # fmt: skip
def test_what_is_no_finite_number_is_an_error_and_never_a_pass(
    releases: Project, metrics: str
) -> None:
    commit = with_metrics(releases, metrics)
    answer = gated(releases, "metric: accuracy, min: -1, max: 2").mlvc(
        "gate", commit, "--with", commit
    )
    assert answer.code == 5
    assert "Traceback" not in answer.err
    assert "accuracy" in answer.out + answer.err or "metrics.json" in answer.err


def test_metrics_of_another_model_than_the_commits_are_an_error(releases: Project) -> None:
    # Trained anew and not evaluated since: the metrics are those of the model before.
    gated(releases, "metric: accuracy, min: 0.1").commit("A gate")
    assert verdict(releases.mlvc("gate")) == "PASS"
    releases.set_param("weight: 0.7", "weight: 9.0")
    releases.dvc("repro", "--quiet", "train")
    releases.commit("A model that nobody has evaluated")
    answer = releases.mlvc("gate")
    assert answer.code == 5
    assert "model.bin is not what evaluate had when it last ran" in answer.err
    assert "dvc repro" in answer.err
    # An evaluation says what there is to say.
    assert evaluated(releases, "HEAD")[0].is_ok
    assert verdict(releases.mlvc("gate")) == "PASS"


def test_metrics_that_were_edited_are_an_error(releases: Project) -> None:
    gated(releases, "metric: accuracy, min: 0.95")
    assert verdict(releases.mlvc("gate")) == "FAIL"
    metrics = json.loads(releases.read("metrics.json"))
    commit = graft(releases, "edited", {"metrics.json": json.dumps({**metrics, "accuracy": 0.99})})
    answer = releases.mlvc("gate", commit, "--with", commit)
    assert answer.code == 5
    assert "metrics.json is not what evaluate had" in answer.err


def test_a_release_that_todays_evaluator_never_saw_is_an_error_with_the_command(
    releases: Project,
) -> None:
    gated(releases, "metric: accuracy, min: 0.1")
    answer = releases.mlvc("gate", "0.1.0")
    assert answer.code == 5
    assert "`mlvc eval model@v0.1.0 --with HEAD`" in answer.err
    assert json.loads(releases.mlvc("gate", "0.1.0", "--json").err)["exit"] == 5
    assert releases.mlvc("eval", "model@v0.1.0", "--with", "HEAD").code == 0
    assert verdict(releases.mlvc("gate", "0.1.0")) == "PASS"


def test_a_release_is_judged_by_its_own_metrics_where_the_evaluator_is_its_own(
    releases: Project,
) -> None:
    gated(releases, "metric: accuracy, min: 0.1")
    assert verdict(releases.mlvc("gate", "0.1.0", "--with", "model@v0.2.0")) == "PASS"


@pytest.mark.parametrize(
    ("args", "code"), [(("7.7.7",), 13), (("nosuch",), 13), (("HEAD", "--baseline", "nosuch"), 13)]
)
def test_what_does_not_exist_is_refused_by_name(
    releases: Project, args: tuple[str, ...], code: int
) -> None:
    answer = gated(releases, "metric: accuracy, min: 0.1").mlvc("gate", *args)
    assert answer.code == code
    assert args[-1] in answer.err and "hint:" in answer.err


@pytest.mark.parametrize(
    "gate", ["metric: accuracy", "metric: accuracy, min: .nan", "metric: accuracy, least: 1"]
)
def test_a_gate_that_is_no_gate_is_refused_with_its_place(releases: Project, gate: str) -> None:
    answer = gated(releases, gate).mlvc("gate")
    assert answer.code == 1
    assert "mlvc.gates[0]" in answer.err


def test_an_unreadable_baseline_is_an_error(releases: Project) -> None:
    commit = with_metrics(releases, '{"accuracy": NaN}')
    answer = gated(releases, "metric: accuracy, max_drop: 1").mlvc("gate", "--baseline", commit)
    assert answer.code == 5
    assert "metrics.json: metric accuracy is not finite" in answer.err
