"""`mlvc diff`: what differs between two releases, and whether their metrics can be compared."""

from pathlib import Path

import pytest

from tests.project import Project
from tests.releases import answer, release


@pytest.fixture(scope="session")
def built_changed(built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """v0.3.0 with other data (of DVC), code, parameters and evaluation than v0.2.0."""
    project = built_two_releases.copy(tmp_path_factory.mktemp("changed") / "project")
    project.git("rm", "--quiet", "--cached", "data/test.csv")
    project.dvc("add", "--quiet", "data/test.csv")
    project.write("train.py", project.read("train.py").replace("range(200)", "range(150)"))
    params = project.read("params.yaml").replace("bias: 0.5", "bias: 0.6\n  extra: [1, 2]")
    project.write("params.yaml", params.replace("threshold: 0.0", "threshold: -60.0"))
    project.dvc("repro", "--quiet")
    project.commit("All is new")
    release(project)
    return project


@pytest.fixture
def changed(built_changed: Project, tmp_path: Path) -> Project:
    return built_changed.copy(tmp_path / "project")


def test_diff_tells_parameters_data_code_artifact_and_metrics(built_changed: Project) -> None:
    found = answer(built_changed, "diff", "0.2.0", "0.3.0")
    difference = found["difference"]
    assert [(p["name"], p["old"], p["new"]) for p in difference["params"]] == [
        ("evaluate.threshold", 0.0, -60.0),
        ("train.bias", 0.5, 0.6),
        ("train.extra", None, [1, 2]),
    ]
    assert "train.py" in difference["code"]
    assert "data/test.csv" in difference["data"]
    one, two = (answer(built_changed, "show", name) for name in ("0.2.0", "0.3.0"))
    assert found["artifact"] == [one["object"], two["object"]]
    told = {m["name"]: (m["old"], m["new"]) for m in found["metrics"]}
    assert told["accuracy"] == (one["metrics"]["accuracy"], two["metrics"]["accuracy"])
    assert found["same_evaluator"] is False


def test_diff_warns_where_each_metric_has_its_own_evaluator(built_changed: Project) -> None:
    warning = "each by its own evaluator"
    assert warning in built_changed.mlvc("diff", "0.2.0", "0.3.0").out
    same = built_changed.mlvc("diff", "0.1.0", "0.2.0").out
    assert warning not in same
    assert "parameters  train.weight: 1.0 → 2.0" in same


def test_diff_of_a_release_with_itself_is_empty(built_changed: Project) -> None:
    found = answer(built_changed, "diff", "0.3.0")
    assert found["difference"] == {"code": [], "params": [], "data": []}
    assert all(m["old"] == m["new"] for m in found["metrics"]) and found["same_evaluator"]
    assert "artifact  the same" in built_changed.mlvc("diff", "latest", "HEAD").out


def test_diff_by_one_evaluator_needs_its_evaluations_and_says_how_to_get_them(
    changed: Project,
) -> None:
    done = changed.mlvc("diff", "0.2.0", "0.3.0", "--with", "HEAD")
    assert done.code == 1 and "mlvc eval model@v0.2.0 --with HEAD" in done.err
    assert changed.mlvc("eval", "model@v0.2.0", "--with", "HEAD").code == 0
    found = answer(changed, "diff", "0.2.0", "0.3.0", "--with", "HEAD")
    assert found["same_evaluator"] is True and found["evaluator"] == "HEAD"
    by_own = answer(changed, "diff", "0.2.0", "0.3.0")
    assert found["metrics"] != by_own["metrics"]


def test_diff_of_releases_without_an_evaluator_does_not_call_them_comparable(
    project: Project,
) -> None:
    text = project.read("dvc.yaml")
    start, end = text.index("  evaluate:"), text.index("artifacts:")
    project.write("dvc.yaml", text[:start] + text[end:])
    project.write("dvc.lock", project.read("dvc.lock").partition("  evaluate:")[0])
    project.dvc("repro", "--quiet")
    project.commit("Nothing evaluates")
    release(project)
    assert answer(project, "diff", "0.1.0", "HEAD")["same_evaluator"] is False


def test_diff_of_a_revision_that_lacks_the_model_names_it(changed: Project) -> None:
    changed.git("checkout", "--quiet", "--orphan", "empty")
    changed.git("rm", "-r", "-f", "--quiet", ".")
    changed.write("notes.txt", "x\n")
    changed.git("add", "notes.txt")
    changed.git("commit", "--quiet", "-m", "No model")
    done = changed.mlvc("diff", "model@v0.1.0", "HEAD")
    head = changed.git("rev-parse", "HEAD")
    assert done.code == 1 and f"{head[:10]} has no model 'model'" in done.err
