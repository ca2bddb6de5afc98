"""Metrics of any name, in several files of several stages, in whatever form DVC reads."""

import json
from pathlib import Path

import pytest

from tests.ops.evaluation.released import evaluated, graft
from tests.project import Project

RANK = '''\
"""Other metrics of the model than those of stage evaluate."""
from pathlib import Path

cutoff = float(Path("model.bin").read_text().split()[1])
Path("rank.toml").write_text(f"""
note = "about {cutoff}"
rows = 80
["val/f1@5"]
all = {1 / cutoff}
"ndcg@10" = {2 / cutoff}
""")
Path("errors.csv").write_text(f"rmse,müller\\n{cutoff},{cutoff / 3}\\n")
Path("loss").write_text(f"loss: {1e-5 * cutoff:.6e}\\n")
'''
STAGE = """\
  rank:
    cmd: python rank.py
    deps: [rank.py, model.bin]
    metrics:
      - rank.toml: {cache: false}
      - errors.csv: {cache: false}
      - loss
artifacts:
"""
GATES = """\
mlvc:
  gates:
    - {metric: val/f1@5.all, min: 0.001}
    - {metric: rmse, goal: minimize, max_drop: 5%}
    - {metric: müller, max: 1000}
    - {metric: val/f1@5.ndcg@10, max_drop: 0.5}
"""
NAMES = {"val/f1@5.all", "val/f1@5.ndcg@10", "rmse", "müller", "loss", "rows"}


@pytest.fixture(scope="module")
def built_ranked(built_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_releases.copy(tmp_path_factory.mktemp("ranked") / "project")
    project.write("rank.py", RANK)
    project.write("dvc.yaml", project.read("dvc.yaml").replace("artifacts:\n", STAGE))
    project.write("params.yaml", project.read("params.yaml") + GATES)
    project.dvc("repro", "--quiet")
    project.commit("Another stage that evaluates")
    return project


@pytest.fixture
def ranked(built_ranked: Project, tmp_path: Path) -> Project:
    """Two stages write metrics, one in three files of three kinds."""
    return built_ranked.copy(tmp_path / "project")


def test_all_files_of_all_stages_are_read(ranked: Project) -> None:
    (row,) = evaluated(ranked, "HEAD")
    assert set(row.evaluation.metrics) >= {"accuracy", "f1", *NAMES}
    assert row.evaluation.reproduces
    (shown,) = json.loads(ranked.dvc("metrics", "show", "--json")).values()
    cutoff = row.evaluation.metrics["rmse"]
    assert shown["data"]["rank.toml"]["data"]["val/f1@5"]["all"] == pytest.approx(1 / cutoff)
    assert row.evaluation.metrics["loss"] == shown["data"]["loss"]["data"]["loss"] < 1e-3


def test_names_of_any_kind_are_gated_tagged_and_compared(ranked: Project) -> None:
    evaluated(ranked, "v0.3.0", "v0.2.0", by="HEAD")
    answer = ranked.mlvc("gate", "--baseline", "v0.2.0", "--json")
    found = {one["metric"]: one["verdict"] for one in json.loads(answer.out)["findings"]}
    # The newest has the lesser cutoff: less error.
    assert set(found.values()) == {"PASS"} and len(found) == 4, answer
    worse = ranked.mlvc("gate", "v0.2.0", "--baseline", "v0.3.0")
    assert worse.code == 3 and "FAIL  rmse max_drop 5 % (minimize)" in worse.out, worse.out
    compared = ranked.mlvc("diff", "v0.2.0", "v0.3.0", "--with", "HEAD").out
    assert {line.split()[0] for line in compared.splitlines()[1:]} >= NAMES, compared
    answer = ranked.mlvc("tag", "--allow-same")
    assert answer.code == 0 and "model@v0.3.1" in answer.out, answer
    trailers = ranked.git("tag", "--list", "--format=%(contents)", "model@v0.3.1").splitlines()
    tagged = {line.split(": ")[1].split("=")[0] for line in trailers if line.startswith("Metric: ")}
    assert tagged >= NAMES
    shown = json.loads(ranked.mlvc("show", "v0.3.1", "--json").out)["metrics"]
    assert shown["müller"] == pytest.approx(shown["rmse"] / 3)


def test_metrics_that_are_named_beside_the_stages_are_metrics(ranked: Project) -> None:
    before, after = ranked.read("dvc.yaml").split("  rank:\n")
    after = after.replace("metrics:", "outs:")
    named = "metrics: [rank.toml, errors.csv]\n"
    ranked.write("dvc.yaml", f"{before}  rank:\n{after}{named}")
    ranked.dvc("repro", "--quiet")
    head = ranked.commit("As DVCLive writes it")
    (row,) = evaluated(ranked, "HEAD")
    assert row.is_ok and row.evaluation.reproduces
    assert NAMES - row.evaluation.metrics.keys() == {"loss"}
    # A rollback leaves what is said beside the stages as it is.
    bare = graft(ranked, "bare", {"dvc.yaml": f"{before}  rank:\n{after}", "model.txt": "other"})
    ranked.git("reset", "--quiet", "--hard", bare)
    answer = ranked.mlvc("rollback", head, "--dry-run")
    assert answer.code == 0, answer


def test_a_gate_on_a_file_that_is_a_folder_says_so(ranked: Project) -> None:
    stage = "    metrics:\n      - rank.toml: {cache: false}\n"
    folder = "    metrics:\n      - scores: {cache: false}\n      - rank.toml: {cache: false}\n"
    ranked.write("dvc.yaml", ranked.read("dvc.yaml").replace(stage, folder))
    ranked.write(
        "rank.py", f"{RANK}Path('scores').mkdir()\nPath('scores/a.json').write_text('1')\n"
    )
    ranked.dvc("repro", "--quiet")
    ranked.commit("A folder of metrics")
    (row,) = evaluated(ranked, "HEAD")
    assert row.evaluation.error == "metrics file scores is a folder"
    answer = ranked.mlvc("gate")
    assert answer.code == 5 and "error: metrics file scores is a folder" in answer.err, answer


def test_a_file_that_is_no_metrics_is_named(ranked: Project) -> None:
    broken = graft(ranked, "broken", {"rank.py": f"{RANK}Path('errors.csv').write_text('a,b')\n"})
    (row,) = evaluated(ranked, "v0.1.0", by=broken)
    assert row.evaluation.error == "errors.csv: this is not a CSV object of metrics"
