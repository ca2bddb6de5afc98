"""Gates whose baseline is what is in an environment, or a release; and gates of an environment."""

import json

import pytest

from tests.ops.evaluation.test_gate_tests import PREDICTIONS, findings
from tests.ops.evaluation.test_gate_verdicts import gated, verdict
from tests.ops.test_environments import promote
from tests.project import Project

ENVIRONMENTS = """\
  environments:
    production:
      gates:
        - {metric: accuracy, min: 0.999}
        - {metric: accuracy, slice: {label: 1}, min: 0.0}
    canary: {}
"""


def drop(baseline: str, more: str = "") -> str:
    return f"metric: accuracy, max_drop: 0.9, baseline: {baseline}{more}"


def test_each_gate_has_a_baseline_of_its_own_and_names_it(judged: Project) -> None:
    promote(judged, "model#production#1", "0.1.0")
    gates = (drop("production"), drop("v0.3.0"), "metric: accuracy, max_drop: 0.9")
    answer = gated(judged, *gates).mlvc("gate", "0.2.0", "--json")
    found = json.loads(answer.out)
    said = [finding["explanation"] for finding in found["findings"]]
    for name, text in zip(
        ("model@v0.1.0 (production)", "model@v0.3.0", "model@v0.1.0"), said, strict=True
    ):
        assert f" in {name} 0" in text
    assert found["baselines"] == ["model@v0.1.0", "model@v0.1.0 (production)", "model@v0.3.0"]
    assert found["baseline"] == "model@v0.1.0" and found["verdict"] == "PASS"


def test_a_baseline_that_is_asked_for_stands_for_all(judged: Project) -> None:
    promote(judged, "model#production#1", "0.1.0")
    gated(judged, drop("production"), drop("v9.9.9"), "metric: accuracy, max_drop: 0.9")
    asked = judged.mlvc("gate", "0.2.0", "--baseline", "0.3.0", "--json")
    found = json.loads(asked.out)
    assert found["baselines"] == ["model@v0.3.0"] and found["verdict"] == "PASS"
    assert "model@v0.1.0" in judged.mlvc("gate", "0.2.0", "--baseline", "production").out
    assert "model@v0.1.0" in judged.mlvc("gate", "0.2.0", "--baseline", "last-good").out


def test_where_nothing_is_in_production_yet_the_gate_does_not_apply(judged: Project) -> None:
    gated(judged, drop("production"))
    answer = judged.mlvc("gate", "0.2.0")
    assert verdict(answer) == "NONE"
    assert "not applicable: nothing is in production yet" in answer.out
    plain = gated(judged, "metric: accuracy, max_drop: 0.9")
    assert verdict(plain.mlvc("gate", "0.2.0", "--baseline", "production")) == "NONE"
    promote(judged, "model#production#1", "0.1.0")
    promote(judged, "model#production!#2", "0.1.0")
    assert "nothing is in production any more" in judged.mlvc(
        "gate", "0.2.0", "--baseline", "production"
    ).out  # fmt: skip
    both = gated(judged, drop("production"), "metric: accuracy, min: 0.1")
    assert verdict(both.mlvc("gate", "0.2.0")) == "PASS"


@pytest.mark.parametrize(
    ("baseline", "says"),
    [
        ("prodution", "there is no environment prodution"),
        ("v9.9.9", "model has no release v9.9.9"),
        ("other@v0.1.0", "is not of model 'model'"),
    ],
)
def test_a_baseline_that_nobody_knows_is_an_error_never_a_pass(
    judged: Project, baseline: str, says: str
) -> None:
    gated(judged, drop(baseline), "metric: accuracy, min: 0.1")
    answer = judged.mlvc("gate", "0.2.0")
    assert verdict(answer) == "ERROR"
    assert says in answer.out and "PASS" in answer.out


def test_an_environment_that_settings_name_is_one_before_anything_is_there(
    judged: Project,
) -> None:
    gated(judged, drop("canary"))
    assert verdict(judged.mlvc("gate", "0.2.0")) == "ERROR"
    judged.write("params.yaml", judged.read("params.yaml") + ENVIRONMENTS)
    assert verdict(judged.mlvc("gate", "0.2.0")) == "NONE"


def test_an_environment_has_gates_of_its_own(judged: Project) -> None:
    gated(judged, "metric: accuracy, min: 0.1")
    judged.write("params.yaml", judged.read("params.yaml") + ENVIRONMENTS + PREDICTIONS)
    assert verdict(judged.mlvc("gate", "0.2.0")) == "PASS"
    answer = judged.mlvc("gate", "0.2.0", "--env", "production")
    assert verdict(answer) == "FAIL"
    assert "accuracy min 0.999" in answer.out and "0.1 " not in answer.out
    assert "PASS  accuracy[label=1] min 0.0" in answer.out
    assert verdict(judged.mlvc("gate", "0.2.0", "--env", "canary")) == "NONE"
    unknown = judged.mlvc("gate", "0.2.0", "--env", "prodution")
    assert unknown.code == 2 and "canary, production" in unknown.err


def test_all_tests_of_a_verdict_are_counted_whatever_they_compare_with(judged: Project) -> None:
    promote(judged, "model#production#1", "0.1.0")
    tested = ", test: paired_bootstrap"
    gated(judged, drop("production", tested), drop("v0.3.0", tested))
    judged.write("params.yaml", judged.read("params.yaml") + PREDICTIONS)
    found = [finding["drop"] for finding in findings(judged, "0.2.0")]
    assert [one["tests"] for one in found if isinstance(one, dict)] == [2, 2]


def test_a_release_is_made_by_the_same_baselines(judged: Project) -> None:
    judged.set_param("weight: 0.7", "weight: 0.6")
    gated(judged, drop("production"), drop("v0.1.0"))
    judged.dvc("repro", "--quiet")
    judged.commit("Weight 0.6")
    answer = judged.mlvc("tag", "--dry-run")
    assert "nothing is in production yet" in answer.out
    assert "pass: accuracy is" in answer.out and "in model@v0.1.0 0" in answer.out
