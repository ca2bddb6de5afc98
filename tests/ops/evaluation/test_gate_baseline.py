"""`max_drop`: compared with what, by whose evaluator, and what is said about it."""

import json

import pytest

from tests.ops.evaluation.released import evaluated, release
from tests.ops.evaluation.test_gate_verdicts import gated, verdict
from tests.project import Project
from tests.releases import release as made
from tests.releases import retrain

DROP = "metric: accuracy, max_drop: 0.01"


@pytest.fixture
def judged(releases: Project) -> dict[str, float]:
    """The accuracy of each release by today's evaluator, recorded."""
    rows = evaluated(releases, by="HEAD")
    return {row.label: row.evaluation.metrics["accuracy"] for row in rows}


def test_a_release_is_compared_with_the_last_good_one_before_it(
    releases: Project, judged: dict[str, float]
) -> None:
    gated(releases, DROP)
    answer = releases.mlvc("gate", "0.2.0", "--json")
    found = json.loads(answer.out)
    assert found["baseline"] == "model@v0.1.0"
    worse = judged["model@v0.2.0"] < judged["model@v0.1.0"] - 0.01
    assert answer.code == (3 if worse else 0)
    said = found["findings"][0]["explanation"]
    values = (judged["model@v0.2.0"], judged["model@v0.1.0"], found["findings"][0]["limit"])
    assert all(str(value) in said for value in values) and "accuracy" in said
    assert "model@v0.1.0" in said


def test_the_direction_decides(releases: Project, judged: dict[str, float]) -> None:
    ordered = sorted(judged, key=lambda name: judged[name])
    assert judged[ordered[0]] < judged[ordered[-1]] - 0.01
    gated(releases, DROP)
    assert verdict(releases.mlvc("gate", ordered[0], "--baseline", ordered[-1])) == "FAIL"
    assert verdict(releases.mlvc("gate", ordered[-1], "--baseline", ordered[0])) == "PASS"
    gated(releases, DROP + ", goal: minimize")
    assert verdict(releases.mlvc("gate", ordered[0], "--baseline", ordered[-1])) == "PASS"


def test_the_same_is_within_a_margin_of_nothing(
    releases: Project, judged: dict[str, float]
) -> None:
    gated(releases, "metric: accuracy, max_drop: 0")
    assert verdict(releases.mlvc("gate", "0.1.0", "--baseline", "0.1.0")) == "PASS"


def test_the_first_release_has_nothing_to_be_compared_with(
    releases: Project, judged: dict[str, float]
) -> None:
    answer = gated(releases, DROP).mlvc("gate", "0.1.0")
    assert verdict(answer) == "NONE"
    assert "no earlier release" in answer.out
    both = gated(releases, DROP, "metric: accuracy, min: 0.1").mlvc("gate", "0.1.0")
    assert verdict(both) == "PASS"


def test_a_baseline_that_was_never_evaluated_is_an_error_with_the_command(
    releases: Project,
) -> None:
    evaluated(releases, "0.2.0", by="HEAD")
    answer = gated(releases, DROP).mlvc("gate", "0.2.0")
    assert verdict(answer) == "ERROR"
    assert "`mlvc eval model@v0.1.0 --with HEAD`" in answer.err
    assert "mlvc eval" in json.loads(releases.mlvc("gate", "0.2.0", "--json").out)["hint"]


def test_a_bound_that_fails_is_told_beside_a_baseline_that_is_unknown(releases: Project) -> None:
    evaluated(releases, "0.2.0", by="HEAD")
    gates = (DROP, "metric: accuracy, min: 0.999")
    assert verdict(gated(releases, *gates).mlvc("gate", "0.2.0")) == "FAIL"


def test_head_is_compared_with_the_newest_release_before_it(
    releases: Project, judged: dict[str, float]
) -> None:
    releases.set_param("weight: 0.7", "weight: 0.8")
    releases.dvc("repro", "--quiet")
    releases.commit("Not released")
    answer = gated(releases, DROP).mlvc("gate", "--json")
    assert json.loads(answer.out)["baseline"] == "model@v0.3.0"


def test_an_older_commit_is_compared_with_what_was_before_it(
    releases: Project, judged: dict[str, float]
) -> None:
    releases.git("checkout", "--quiet", "--detach", "model@v0.1.0")
    releases.set_param("weight: 1.0", "weight: 1.2")
    releases.dvc("repro", "--quiet")
    commit = releases.commit("Never released")
    releases.git("branch", "side", commit)
    releases.git("checkout", "--quiet", "main")
    evaluated(releases, commit, by="HEAD")
    answer = gated(releases, DROP).mlvc("gate", commit, "--json")
    assert json.loads(answer.out)["baseline"] == "model@v0.1.0"


def test_a_withdrawn_release_is_no_baseline(releases: Project, judged: dict[str, float]) -> None:
    trailers = "Rollback-From: model@v0.2.0\nRollback-To: model@v0.1.0\nRollback-Scope: lineage\n"
    trailers += "Rollback-Trigger: manual\nRollback-Reason: bad\n"
    releases.git("commit", "--quiet", "--allow-empty", "--message", f"Roll back\n\n{trailers}")
    answer = gated(releases, DROP).mlvc("gate", "0.3.0", "--json")
    assert json.loads(answer.out)["baseline"] == "model@v0.1.0"


def worse(project: Project) -> Project:
    """A good release, a worse one that was let through, and then a gate that would not have."""
    gated(project, "metric: accuracy, min: 0.1").commit("A loose gate")
    made(project)
    retrain(project, "weight: 1.0", "weight: 0.7")
    made(project)
    gated(project, DROP).commit("A gate that would have refused it")
    return project


def test_a_release_of_the_same_model_is_judged_as_the_gate_judges_it(project: Project) -> None:
    worse(project)
    said = project.mlvc("gate")
    assert verdict(said) == "FAIL" and "in model@v0.1.0 0.8875: beyond" in said.out
    refused = project.mlvc("tag", "--allow-same")
    assert refused.code == 3, refused
    assert "the gate says FAIL" in refused.err and "in model@v0.1.0 0.8875: beyond" in refused.err
    forced = made(project, "--allow-same", "--allow-failing", "It is asked for")
    assert (forced["name"], forced["verdict"]) == ("model@v0.2.1", "FAIL")
    again = project.mlvc("gate", "--json")
    assert json.loads(again.out)["baseline"] == "model@v0.1.0" and again.code == 3


def test_a_release_of_the_same_model_is_no_baseline_where_it_was_judged_otherwise(
    project: Project,
) -> None:
    worse(project)
    retrain(project, "threshold: 0.0", "threshold: 0.1")
    made(project, "--allow-same", "--allow-failing", "It is asked for")
    assert project.mlvc("eval", "0.1.0", "--with", "HEAD").code == 0
    assert json.loads(project.mlvc("gate", "--json").out)["baseline"] == "model@v0.1.0"


def test_a_model_that_was_trained_once_more_is_compared_with_what_came_after_it(
    project: Project,
) -> None:
    gated(project, "metric: accuracy, min: 0.1").commit("A loose gate")
    retrain(project, "weight: 1.0", "weight: 0.7")
    made(project)
    retrain(project, "weight: 0.7", "weight: 1.0")
    made(project)
    gated(project, DROP).commit("A gate")
    retrain(project, "weight: 1.0", "weight: 0.7")
    assert "in model@v0.2.0 0.8875: beyond" in project.mlvc("gate").out
    assert "in model@v0.2.0 0.8875: beyond" in project.mlvc("tag", "--allow-same").err


def test_what_was_gone_back_to_is_not_compared_with_what_came_after_it(project: Project) -> None:
    gated(project, "metric: accuracy, min: 0.1").commit("A loose gate")
    for old, new in (("1.0", "0.7"), ("0.7", "1.0"), ("1.0", "1.1")):
        retrain(project, f"weight: {old}", f"weight: {new}")
        made(project)
    assert project.mlvc("rollback", "0.1.0").code == 0
    gated(project, DROP)
    assert verdict(project.mlvc("gate")) == "NONE"


def test_a_release_that_failed_is_no_baseline_of_the_next_one(project: Project) -> None:
    gated(project, DROP, "metric: accuracy, min: 0.1").commit("Gates")
    made(project)
    retrain(project, "weight: 1.0", "weight: 0.7")
    made(project, "--allow-failing", "It is asked for")
    retrain(project, "bias: 0.5", "bias: 0.6")
    for answer in (project.mlvc("gate"), project.mlvc("tag")):
        assert answer.code == 3 and "in model@v0.1.0 0.8875: beyond" in answer.out + answer.err


def test_a_model_may_have_gates_of_its_own(releases: Project) -> None:
    gated(releases, "metric: accuracy, min: 0.999")
    params = releases.read("params.yaml")
    releases.write("params.yaml", params + "  models:\n    model:\n      gates: []\n")
    assert verdict(releases.mlvc("gate")) == "NONE"


def test_a_shallow_clone_gates_what_it_has(releases: Project, tmp_path: object) -> None:
    from pathlib import Path

    from tests.project import run

    folder = Path(str(tmp_path))
    run("git", "clone", "--quiet", "--depth=1", f"file://{releases.path}", folder / "clone",
        cwd=folder)  # fmt: skip
    clone = gated(Project(folder / "clone"), "metric: accuracy, min: 0.1")
    assert verdict(clone.mlvc("gate")) == "PASS"
    release(releases, "0.9.0")
    assert clone.mlvc("gate", "0.9.0").code == 13
