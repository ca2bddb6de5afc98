"""A release by its own evaluator: do its metrics come out again?"""

import json

from tests.ops.evaluation.released import evaluated, graft
from tests.pipeline_project import EVALUATE
from tests.project import Project

VOLATILE = "mlvc:\n  evaluation:\n    volatile: [latency*]\n"
TIMED = EVALUATE.replace(
    'Path("metrics.json")',
    'metrics["latency_ms"] = __import__("random").random()\nPath("metrics.json")',
)


def test_a_release_whose_metrics_come_out_again_reproduces(releases: Project) -> None:
    answer = releases.mlvc("eval", "v0.1.0")
    assert answer.code == 0
    assert answer.out.splitlines()[1].endswith("reproduces")
    assert "0.1.0" in answer.out and "accuracy" in answer.out


def test_metrics_that_do_not_come_out_again_are_named_with_both_values(releases: Project) -> None:
    metrics = json.loads(releases.read("metrics.json"))
    edited = json.dumps({**metrics, "accuracy": 0.99})
    commit = graft(releases, "edited", {"metrics.json": edited})
    answer = releases.mlvc("eval", commit)
    assert answer.code == 0
    assert "does not reproduce" in answer.out
    line = f"{commit[:10]}: accuracy is {metrics['accuracy']}, its commit says 0.99"
    assert line in answer.out.splitlines()


def test_a_release_says_whether_it_reproduces_also_when_its_pair_is_known(
    releases: Project,
) -> None:
    # The same pair of model and evaluator, first recorded for another commit.
    commit = graft(releases, "same", {"README.md": "the same model\n"})
    assert evaluated(releases, commit, by="HEAD")[0].fresh
    (row,) = evaluated(releases, "HEAD")
    assert (row.fresh, row.differences) == (False, ())
    edited = graft(releases, "edited", {"metrics.json": '{"accuracy": 0.99}'})
    (row,) = evaluated(releases, edited)
    assert not row.fresh
    assert row.differences and row.differences[0].startswith("accuracy is ")


def test_volatile_metrics_need_not_come_out_again_and_are_not_in_the_table(
    releases: Project,
) -> None:
    releases.write("evaluate.py", TIMED)
    releases.write("params.yaml", releases.read("params.yaml") + VOLATILE)
    releases.dvc("repro", "--quiet")
    releases.commit("Metrics with a latency")
    answer = releases.mlvc("eval")
    assert "reproduces" in answer.out and "not" not in answer.out
    assert "latency" not in answer.out
    (row,) = json.loads(releases.mlvc("eval", "--json").out)["evaluations"]
    assert "latency_ms" in row["evaluation"]["metrics"]
    assert row["evaluation"]["reproduces"] is True
    # Without the pattern it would be said.
    releases.set_param("volatile: [latency*]", "volatile: []")
    releases.commit("Nothing is volatile")
    assert "does not reproduce" in releases.mlvc("eval").out


def test_the_evaluator_runs_anew_and_is_not_remembered_by_dvcs_run_cache(
    releases: Project,
) -> None:
    # It writes what its dependencies do not determine; a remembered run would hide that.
    releases.write("evaluate.py", TIMED)
    releases.dvc("repro", "--quiet")
    releases.commit("Metrics with a latency")
    (row,) = evaluated(releases, "HEAD")
    assert row.evaluation.reproduces is False


def test_metrics_in_the_cache_are_compared_too(releases: Project) -> None:
    uncached = "    metrics:\n      - metrics.json:\n          cache: false\n"
    assert uncached in releases.read("dvc.yaml")
    cached = releases.read("dvc.yaml").replace(uncached, "    metrics:\n      - metrics.json\n")
    releases.write("dvc.yaml", cached)
    releases.git("rm", "--quiet", "--cached", "metrics.json")
    releases.dvc("repro", "--quiet", "--force", "evaluate")
    releases.commit("Metrics in the cache")
    (row,) = evaluated(releases, "HEAD")
    assert row.is_ok and row.evaluation.reproduces is True


def test_head_and_commits_without_a_release_can_be_evaluated(releases: Project) -> None:
    rows = evaluated(releases, "HEAD", "HEAD~3")
    assert [row.evaluation.release for row in rows] == [None, "model@v0.1.0"]
    assert rows[0].evaluation.evaluator_revision == releases.git("rev-parse", "HEAD")
    assert all(row.differences == () for row in rows)


def test_ten_metrics_of_a_model_fit_into_a_hundred_columns(releases: Project) -> None:
    names = ["accuracy", "brier", "f1", "log_loss", "precision", "recall", "roc_auc", "rows"]
    names += ["latency_us_per_row_p50", "latency_us_per_row_p95"]
    wide = EVALUATE + f"import random\nmetrics = dict.fromkeys({names!r}, 27000)\n"
    wide += 'metrics["accuracy"] = 0.123456\nPath("metrics.json").write_text(json.dumps(metrics))\n'
    releases.write("evaluate.py", wide)
    releases.write("params.yaml", releases.read("params.yaml") + VOLATILE)
    releases.commit("Many metrics")
    answer = releases.mlvc("eval", "--all", "HEAD", "--with", "HEAD")
    assert answer.code == 2  # --all and names
    for _ in range(2):
        answer = releases.mlvc("eval", "--all", "--with", "HEAD")
        lines = answer.out.splitlines()
        assert [line.split()[0] for line in lines] == ["RELEASE", "v0.1.0", "v0.2.0", "v0.3.0"]
        assert max(map(len, lines)) <= 100
