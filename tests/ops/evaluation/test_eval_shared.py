"""What another clone evaluated: fetched by Git, read by every verb, taken over by `mlvc eval`."""

from pathlib import Path

from tests.ops.evaluation.released import evaluated
from tests.ops.evaluation.test_gate_verdicts import gated, verdict
from tests.project import Project, run

REF = "refs/mlvc/evaluations"


def test_what_another_clone_evaluated_costs_nothing_here(releases: Project, tmp_path: Path) -> None:
    run("git", "clone", "--quiet", "--bare", releases.path, tmp_path / "hub", cwd=tmp_path)
    releases.git("remote", "add", "hub", str(tmp_path / "hub"))
    other = releases.copy(tmp_path / "other")
    (row,) = evaluated(other, "0.2.0", by="HEAD")
    other.git("push", "--quiet", "hub", REF)

    gated(releases, "metric: accuracy, min: 0.1")
    assert releases.mlvc("gate", "0.2.0").code == 5
    releases.git("fetch", "--quiet", "hub", f"+{REF}:refs/mlvc/remotes/hub/evaluations")
    assert verdict(releases.mlvc("gate", "0.2.0")) == "PASS"
    assert row.evaluation.evaluator_revision[:10] in releases.mlvc("show", "0.2.0").out
    assert releases.git("for-each-ref", REF) == ""

    known = releases.mlvc("eval", "0.2.0", "--with", "HEAD")
    assert known.code == 0 and "known" in known.out
    assert known.err == "evaluations taken over from hub: 1\n"
    releases.git("push", "--quiet", "hub", REF)
    assert releases.mlvc("eval", "0.2.0", "--with", "HEAD").err == ""
