"""`mlvc plot`: what is known of releases, drawn; what is not, named."""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mlvc.errors import MlvcError
from mlvc.metrics import Columns, interval, read, score
from mlvc.ops.overlaying import overlay
from mlvc.ops.plotted import ByRelease, Limit
from mlvc.ops.plotting import by_release
from mlvc.ops.project import Project as Opened
from tests.ops.evaluation.released import evaluated
from tests.ops.evaluation.test_gate_tests import comparing, objects_of
from tests.ops.evaluation.test_gate_verdicts import gated
from tests.project import PYTHON, Project, run

ROLLED_BACK = """\
Roll back model to v0.2.0

Rollback-From: model@v0.3.0
Rollback-To: model@v0.2.0
Rollback-Reason: it fell
"""
COLUMNS = Columns(truth="label", predicted="predicted")


@pytest.fixture(scope="module")
def built_known(built_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_releases.copy(tmp_path_factory.mktemp("known") / "project")
    evaluated(project, by="HEAD")
    project.git("commit", "--quiet", "--allow-empty", "--message", ROLLED_BACK)
    return comparing(
        project,
        "metric: f1, min: 0.2, max_drop: 10%, test: paired_bootstrap",
        "metric: accuracy, max: 0.9",
    )


@pytest.fixture
def known(built_known: Project, tmp_path: Path) -> Project:
    """Three releases that HEAD has evaluated; the last was rolled back to the second."""
    return built_known.copy(tmp_path / "project")


def found(project: Project, metric: str, *names: str, by: str | None = "HEAD") -> ByRelease:
    return by_release(Opened.find(project.path), metric, list(names), by)


def table(project: Project, version: str) -> bytes:
    """The predictions by HEAD's evaluator, from the record of the evaluation."""
    (row,) = evaluated(project, version, by="HEAD")
    digest = row.evaluation.outputs["predictions.csv"].removeprefix("md5:")
    return (project.path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]).read_bytes()


def test_every_release_has_its_metric_by_one_evaluator_and_the_interval_of_its_predictions(
    built_known: Project,
) -> None:
    shown = found(built_known, "f1")
    assert [point.label for point in shown.points] == ["v0.1.0", "v0.2.0", "v0.3.0"]
    for point in shown.points:
        predictions = read(table(built_known, point.label), COLUMNS)
        assert point.value == pytest.approx(score("f1", predictions))
        assert point.interval == interval("f1", predictions, draws=1000)
    head = built_known.git("rev-parse", "HEAD")
    assert (shown.model, shown.metric, shown.notes) == ("model", "f1", ())
    assert shown.evaluator == f"HEAD ({head[:10]})"


def test_gates_are_lines_and_a_share_is_one_of_the_baseline(built_known: Project) -> None:
    shown = found(built_known, "f1")
    # Nobody has a verdict here, so the last good release is the newest that is not withdrawn.
    before = shown.points[1].value
    assert shown.baseline == Limit("baseline v0.2.0", before)
    assert shown.limits[0] == Limit("gate min 0.2", 0.2)
    assert shown.limits[1].text == "gate max_drop 10 %"
    assert shown.limits[1].value == pytest.approx(before * 0.9)
    assert found(built_known, "accuracy").limits == (Limit("gate max 0.9", 0.9),)


def test_a_rollback_leads_from_the_withdrawn_release_to_the_restored_one(
    built_known: Project,
) -> None:
    shown = found(built_known, "f1")
    (turn,) = shown.turns
    assert (turn.origin, turn.target, turn.reason) == ("v0.3.0", "v0.2.0", "it fell")
    assert not turn.is_forward
    assert [point.label for point in shown.points if point.withdrawn] == ["v0.3.0"]
    assert [point.label for point in shown.points if point.baseline] == ["v0.2.0"]
    assert found(built_known, "f1", "v0.1.0", "v0.2.0").turns == ()


def test_releases_are_in_version_order_however_they_are_named(built_known: Project) -> None:
    shown = found(built_known, "f1", "HEAD", "v0.3.0", "<0.3")
    head = built_known.git("rev-parse", "HEAD")
    labels = [point.label for point in shown.points]
    assert labels == ["v0.1.0", "v0.2.0", "v0.3.0", head[:10]]
    assert shown.points[-1].verdict == "NONE"


def test_each_by_its_own_evaluator_has_no_line_to_be_compared_with(built_known: Project) -> None:
    shown = found(built_known, "f1", by=None)
    assert (shown.evaluator, shown.baseline) == ("", None)
    assert shown.limits == (Limit("gate min 0.2", 0.2),)
    for point in shown.points:
        written = json.loads(built_known.git("show", f"model@{point.label}:metrics.json"))
        assert point.value == written["f1"]
    assert all(point.interval for point in shown.points)


def test_the_tags_own_metrics_are_drawn_without_asking_dvc(two_releases: Project) -> None:
    done = run(
        *(PYTHON, "-I", "-X", "importtime", "-m", "mlvc", "plot", "f1", "--json"),
        cwd=two_releases.path,
        env={"COVERAGE_PROCESS_CONFIG": ""},
    )
    assert len(json.loads(done.stdout)["points"]) == 2
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not {"dvc", "git", "numpy", "sklearn", "vl_convert"} & loaded


def test_a_release_that_was_never_evaluated_is_left_out_and_named(releases: Project) -> None:
    evaluated(releases, "v0.1.0", by="HEAD")
    done = releases.mlvc("plot", "f1", "--with", "HEAD", "--json")
    assert done.code == 0
    assert [point["label"] for point in json.loads(done.out)["points"]] == ["v0.1.0"]
    assert "note: left out: model@v0.2.0, model@v0.3.0 have no evaluation" in done.err
    assert "`mlvc eval model@v0.2.0 model@v0.3.0 --with HEAD`" in done.err
    assert "note: no baseline" in done.err
    none = releases.mlvc("plot", "f1", "v0.2.0", "--with", "HEAD")
    assert none.code == 1 and none.out == ""
    assert "`mlvc eval model@v0.2.0 --with HEAD`" in none.err


def test_a_metric_that_no_release_has_is_refused_with_those_there_are(built_known: Project) -> None:
    with pytest.raises(MlvcError, match="no metric 'acuracy'") as refused:
        found(built_known, "acuracy")
    assert "Did you mean accuracy?" in refused.value.hint and "roc" in refused.value.hint


def test_predictions_that_are_gone_or_of_another_metric_give_no_interval(known: Project) -> None:
    gated_text = known.read("params.yaml").replace(
        "metric: f1, min", "metric: f1, score: recall, min"
    )
    known.write("params.yaml", gated_text)
    shown = found(known, "f1")
    assert not [point for point in shown.points if point.interval]
    assert "no interval of model@v0.1.0" in shown.notes[0] and "another metric" in shown.notes[0]
    assert not found(known, "samples").notes
    for file in objects_of(known):
        file.unlink()
    shown = found(known, "accuracy")
    assert len(shown.points) == 3 and not shown.points[0].interval
    assert "neither in the cache nor on a remote" in shown.notes[0]
    gated(known)
    assert not found(known, "accuracy").notes


def scored(project: Project) -> Project:
    """The label that is said stands for its probability."""
    text = project.read("params.yaml").replace("predicted: predicted", "score: predicted")
    project.write("params.yaml", text)
    return project


def test_curves_come_from_the_predictions_of_one_evaluator(known: Project) -> None:
    opened = Opened.find(scored(known).path)
    shown = overlay(opened, "roc", ["v0.3.0", "v0.1.0"], "HEAD")
    assert [drawn.label for drawn in shown.curves] == ["v0.1.0", "v0.3.0"]
    columns = Columns(truth="label", score="predicted")
    for drawn in shown.curves:
        expected = score("roc_auc", read(table(known, drawn.label), columns))
        assert drawn.curve.summary == pytest.approx(expected)
    own = overlay(opened, "roc", ["v0.3.0"])
    assert own.evaluator == "" and own.curves[0].curve != shown.curves[1].curve


def test_curves_without_predictions_are_left_out_or_refused(known: Project) -> None:
    scored(known)
    digest = evaluated(known, "v0.1.0", by="HEAD")[0].evaluation.outputs["predictions.csv"][4:]
    (known.path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]).unlink()
    done = known.mlvc("plot", "pr", "v0.1.0", "v0.2.0", "--with", "HEAD", "--json")
    assert done.code == 0, done
    assert [drawn["label"] for drawn in json.loads(done.out)["curves"]] == ["v0.2.0"]
    assert "note: left out: predictions.csv of the evaluation of model@v0.1.0" in done.err
    assert "--again" in done.err
    gated(known)
    done = known.mlvc("plot", "roc", "--with", "HEAD")
    assert done.code == 1 and "`mlvc.evaluation.predictions`" in done.err


def test_more_curves_than_colours_are_refused(built_known: Project) -> None:
    opened = Opened.find(built_known.path)
    names = [
        built_known.git("commit-tree", "-p", "HEAD", "-m", str(number), "HEAD^{tree}")
        for number in range(9)
    ]
    with pytest.raises(MlvcError, match="could not be told apart"):
        overlay(opened, "roc", names)


def test_releases_of_two_models_are_refused(known: Project) -> None:
    known.git("tag", "--annotate", "other@v1.0.0", "--message", "Another model")
    with pytest.raises(MlvcError, match="model and other are different models"):
        found(known, "f1", "model@v0.1.0", "other@v1.0.0")


def test_vega_lite_on_stdout_and_pictures_in_files(built_known: Project, tmp_path: Path) -> None:
    done = built_known.mlvc("plot", "f1", "--with", "HEAD")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["$schema"].endswith("vega-lite/v5.json")
    # What is relative is so to the folder after -C.
    file = os.path.relpath(tmp_path / "f1.svg", built_known.path)
    done = built_known.mlvc("plot", "f1", "--with", "HEAD", "-o", file)
    assert (done.code, done.out, done.err) == (0, "", f"wrote {file}\n")
    shown = set(ElementTree.parse(tmp_path / "f1.svg").getroot().itertext())
    assert {"v0.1.0", "v0.2.0", "v0.3.0", "gate min 0.2", "baseline v0.2.0"} <= shown
    done = built_known.mlvc("plot", "f1", "-o", str(tmp_path / "f1.gif"))
    assert done.code == 2 and ".svg" in done.err
    assert built_known.mlvc("plot", "f1", "-o", "f1.svg", "--json").code == 2


def test_without_a_release_nothing_is_said_of_options_that_were_not_given(project: Project) -> None:
    for args in (("f1",), ("f1", "--model", "model")):
        done = project.mlvc("plot", *args)
        assert done.code == 13 and "there is no release" in done.err and "--all" not in done.err
        assert "say what to plot, such as HEAD" in done.err
    assert project.mlvc("plot", "f1", "HEAD").code == 0
