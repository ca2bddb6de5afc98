"""All kinds of models and evaluators: folders, `.dvc` files, files of Git, subfolders, chains."""

from pathlib import Path

import pytest

from tests.ops.evaluation.released import evaluated, graft, state, worktrees
from tests.pipeline_project import build
from tests.project import Project, run

PREDICT = """\
from pathlib import Path
weight = float(Path("model/weights.txt").read_text())
Path("predictions.txt").write_text(str(weight * 2))
"""
SCORE = """\
import json
from pathlib import Path
value = float(Path("predictions.txt").read_text())
Path("metrics.json").write_text(json.dumps({"twice": value}))
"""
TRAIN = """\
from pathlib import Path
import yaml
weight = yaml.safe_load(Path("params.yaml").read_text())["weight"]
Path("model/inner").mkdir(parents=True, exist_ok=True)
Path("model/weights.txt").write_text(str(weight))
Path("model/inner/note.txt").write_text("note")
"""
CHAIN = """\
stages:
  score:
    cmd: python score.py
    deps: [score.py, predictions.txt]
    metrics:
      - metrics.json:
          cache: false
  predict:
    cmd: python predict.py
    deps: [predict.py, model]
    outs: [predictions.txt]
  train:
    cmd: python train.py
    deps: [train.py]
    params: [weight]
    outs: [model]
artifacts:
  model:
    path: model
"""
READ = """\
import json, os
from pathlib import Path
value = float(Path("model.txt").read_text())
Path("metrics.json").write_text(json.dumps({"value": value}))
"""
READER = """\
stages:
  evaluate:
    cmd: python evaluate.py
    deps: [evaluate.py, model.txt]
    metrics:
      - metrics.json:
          cache: false
artifacts:
  model:
    path: model.txt
"""


def fresh(path: Path, *, subdir: str = "") -> Project:
    """An empty repository with DVC, perhaps in a subfolder."""
    (path / subdir).mkdir(parents=True)
    run("git", "init", "--quiet", cwd=path)
    project = Project(path / subdir)
    project.dvc("init", "--quiet", *(["--subdir"] if subdir else []))
    return project


def released(project: Project, version: str, model: str = "model") -> None:
    project.dvc("repro", "--quiet")
    project.commit(version)
    project.git("tag", "--annotate", f"{model}@v{version}", "--message", version)


@pytest.fixture
def chain(tmp_path: Path) -> Project:
    """A folder as a model, predictions of it, and metrics of those."""
    project = fresh(tmp_path / "chain")
    for path, text in (("train", TRAIN), ("predict", PREDICT), ("score", SCORE)):
        project.write(f"{path}.py", text)
    project.write("dvc.yaml", CHAIN)
    project.write("params.yaml", "weight: 1\n")
    released(project, "0.1.0")
    project.write("params.yaml", "weight: 2\n")
    released(project, "0.2.0")
    return project


def test_a_chain_of_stages_on_a_folder_model_runs_in_its_order(chain: Project) -> None:
    rows = evaluated(chain, by="HEAD")
    assert [row.evaluation.metrics for row in rows] == [{"twice": 2.0}, {"twice": 4.0}]
    assert rows[0].evaluation.stages == ("predict", "score")
    assert "predictions.txt" in rows[0].evaluation.outputs
    assert rows[0].evaluation.model_digest.endswith(".dir")
    assert [row.fresh for row in evaluated(chain, by="HEAD")] == [False, False]


@pytest.mark.parametrize("stages", ["[score]", "[score, predict]"])
def test_a_named_stage_brings_those_that_lead_from_the_model_to_it(
    chain: Project, stages: str
) -> None:
    # `score` alone would score the predictions of HEAD's model for every release.
    chain.write("params.yaml", f"weight: 2\nmlvc:\n  evaluation:\n    stages: {stages}\n")
    chain.commit("Name the stage")
    rows = evaluated(chain, by="HEAD")
    assert [row.evaluation.metrics for row in rows] == [{"twice": 2.0}, {"twice": 4.0}]
    assert rows[0].evaluation.stages == ("predict", "score")


def test_a_named_stage_leaves_other_metrics_of_the_model_out(releases: Project) -> None:
    releases.write("dvc.yaml", releases.read("dvc.yaml").replace("artifacts:", (
        "  slow:\n    cmd: 'exit 1'\n    deps: [model.bin]\n"
        "    metrics: [slow.json: {cache: false}]\nartifacts:")))  # fmt: skip
    releases.write("params.yaml", releases.read("params.yaml") +
                   "mlvc: {evaluation: {stages: [evaluate]}}\n")  # fmt: skip
    releases.commit("A slow stage")
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.is_ok
    releases.set_param("stages: [evaluate]", "stages: [nosuch]")
    releases.commit("No such stage")
    answer = releases.mlvc("eval", "0.1.0", "--with", "HEAD")
    assert answer.code == 1
    assert "there is no stage 'nosuch' to evaluate with" in answer.err


@pytest.mark.parametrize("kind", ["git", "git executable", "dvc"])
def test_a_model_that_no_stage_makes_is_evaluated(tmp_path: Path, kind: str) -> None:
    project = fresh(tmp_path / "plain")
    project.write("evaluate.py", READ)
    project.write("dvc.yaml", READER)
    for version, value in (("0.1.0", "1"), ("0.2.0", "2")):
        project.write("model.txt", value)
        if kind == "git executable":
            (project.path / "model.txt").chmod(0o755)
        if kind == "dvc":
            project.dvc("add", "--quiet", "model.txt")
        released(project, version)
    rows = evaluated(project, by="HEAD")
    assert [row.evaluation.metrics for row in rows] == [{"value": 1.0}, {"value": 2.0}]
    assert [row.fresh for row in evaluated(project, by="HEAD")] == [False, False]
    (own,) = evaluated(project, "0.1.0")
    assert own.differences == ()
    project.write("params.yaml", "mlvc: {gates: [{metric: value, max_drop: 0}]}\n")
    assert project.mlvc("gate", "0.2.0").code == 0


def test_a_model_inside_a_folder_output_is_evaluated(chain: Project) -> None:
    inside = chain.read("dvc.yaml").replace("path: model", "path: model/weights.txt")
    inside = inside.replace("deps: [predict.py, model]", "deps: [predict.py, model/weights.txt]")
    chain.write("dvc.yaml", inside)
    released(chain, "0.3.0")
    chain.write("params.yaml", "weight: 3\n")
    released(chain, "0.4.0")
    for expected in (True, False):
        rows = evaluated(chain, "0.3.0", "0.4.0", by="HEAD")
        assert [row.evaluation.metrics for row in rows] == [{"twice": 4.0}, {"twice": 6.0}]
        assert [row.fresh for row in rows] == [expected, expected]


def test_a_model_of_a_subfolder_has_its_own_pipeline(tmp_path: Path) -> None:
    project = fresh(tmp_path / "mono")
    for version, value in (("0.1.0", "1"), ("0.2.0", "2")):
        project.write("sub/evaluate.py", READ)
        project.write("sub/dvc.yaml", READER)
        project.write("sub/model.txt", value)
        project.dvc("repro", "--quiet", "sub/dvc.yaml")
        project.commit(version)
        project.git("tag", "--annotate", f"sub=model@v{version}", "--message", version)
    rows = evaluated(project, by="HEAD")
    assert [row.evaluation.metrics for row in rows] == [{"value": 1.0}, {"value": 2.0}]
    assert rows[0].evaluation.stages == ("sub/dvc.yaml:evaluate",)


def test_two_models_of_one_commit_are_each_judged_by_their_own_stage(tmp_path: Path) -> None:
    project = fresh(tmp_path / "two")
    for name, value in (("a", "1"), ("b", "2")):
        project.write(f"{name}/evaluate.py", READ)
        project.write(f"{name}/dvc.yaml", READER.replace("  model:\n", f"  {name}:\n"))
        project.write(f"{name}/model.txt", value)
    project.commit("Two models")
    rows = evaluated(project, "a=a", "b=b")
    assert [row.evaluation.stages[0][0] for row in rows] == ["a", "b"]
    assert [row.evaluation.metrics["value"] for row in rows] == [1.0, 2.0]


@pytest.fixture
def nested(tmp_path: Path) -> Project:
    """A DVC project in a subfolder of its Git repository."""
    project = fresh(tmp_path / "repo", subdir="ml")
    project.write("evaluate.py", READ)
    project.write("dvc.yaml", READER)
    project.write("../unrelated.txt", "above")
    for version, value in (("0.1.0", "1"), ("0.2.0", "2")):
        project.write("model.txt", value)
        project.dvc("repro", "--quiet")
        project.git("add", "--all", ":/")
        project.git("commit", "--quiet", "--message", version)
        project.git("tag", "--annotate", f"model@v{version}", "--message", version)
    return project


def test_a_project_in_a_subfolder_of_its_repository_is_evaluated(nested: Project) -> None:
    top = Project(nested.path.parent)
    before = state(top)
    rows = evaluated(nested, by="HEAD")
    assert [row.evaluation.metrics for row in rows] == [{"value": 1.0}, {"value": 2.0}]
    changed = {path for path, now in state(top).items() if before.get(path) != now}
    assert all(path.startswith("ml/.dvc/") for path in changed)
    assert worktrees(top) == [str(top.path)]
    nested.write("evaluate.py", READ.replace("value}", "value + 1}"))
    (row,) = evaluated(nested, "0.1.0", by=".")
    assert row.evaluation.metrics == {"value": 2.0}


def test_a_subfolder_that_is_a_link_in_a_revision_is_not_followed(
    nested: Project, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    (outside / ".dvc").mkdir(parents=True)
    (outside / ".dvc" / "mine").write_text("mine")
    top = Project(nested.path.parent)
    commit = graft(top, "evil", {"ml": outside})
    answer = nested.mlvc("eval", "0.1.0", "--with", commit)
    assert answer.code == 1 and "Traceback" not in answer.err
    assert [path.name for path in (outside / ".dvc").iterdir()] == ["mine"]


def test_a_linked_worktree_of_the_user_evaluates_and_stays(
    releases: Project, tmp_path: Path
) -> None:
    releases.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "gone"))
    (tmp_path / "gone").rename(tmp_path / "unplugged")
    releases.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "linked")
    linked = Project(tmp_path / "linked")
    linked.dvc("cache", "dir", "--local", str(releases.path / ".dvc/cache"))
    (row,) = evaluated(linked, "0.1.0", by="HEAD")
    assert row.is_ok
    assert not evaluated(releases, "0.1.0", by="HEAD")[0].fresh
    # That of a disk which is not there just now is not forgotten.
    assert str(tmp_path / "gone") in releases.git("worktree", "list")


def test_the_project_of_all_tests_is_evaluated_too(tmp_path: Path) -> None:
    project = build(tmp_path / "a folder with ümläuts and 'quotes'")
    answer = project.mlvc("eval")
    assert answer.code == 0, answer.err
    assert "reproduces" in answer.out
