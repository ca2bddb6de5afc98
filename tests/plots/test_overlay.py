"""Curves of several releases: all are there, with their numbers, on axes that fit."""

from dataclasses import replace

import pytest
import vl_convert
from sklearn import metrics as sklearn

from mlvc.metrics.curves import CURVES
from mlvc.ops.overlaying import MOST, Drawn, Overlay
from mlvc.plots import overlay
from mlvc.plots.files import VERSION
from mlvc.plots.look import SERIES
from tests.metrics.tables import table
from tests.plots.spec import marks, rows


def found(name: str, count: int = 2, *, evaluator: str = "HEAD") -> Overlay:
    drawn = tuple(Drawn(f"v{n}.0.0", CURVES[name](table(n, noise=1 + n))) for n in range(count))
    return Overlay(name, "fraud", evaluator, drawn, ())


@pytest.mark.parametrize("name", CURVES)
def test_each_release_has_its_curve_in_order_and_a_colour_of_its_own(name: str) -> None:
    shown = found(name)
    line = marks(overlay.spec(shown), "line")[-1]
    for drawn in shown.curves:
        own = [row for row in rows([line]) if row["series"].startswith(drawn.label)]
        assert [row["x"] for row in own] == list(drawn.curve.x)
        assert [row["y"] for row in own] == list(drawn.curve.y)
        assert [row["order"] for row in own] == list(range(len(own)))
    scale = line["encoding"]["color"]["scale"]
    assert len(set(scale["range"])) == len(scale["domain"]) == 2


def test_the_legend_has_the_area_that_scikit_learn_gives() -> None:
    area = sklearn.roc_auc_score(table(0).truth, table(0).score)
    names = marks(overlay.spec(found("roc")), "line")[-1]["encoding"]["color"]["scale"]["domain"]
    assert names[0] == f"v0.0.0, AUC {area:.4f}"
    assert "v0.0.0, AP 0." in str(overlay.spec(found("pr"))) and "ECE 0." in str(
        overlay.spec(found("calibration"))
    )


def test_roc_has_the_diagonal_and_precision_the_share_of_positives() -> None:
    assert rows(marks(overlay.spec(found("roc")), "line")[:1]) == [
        {"x": 0, "y": 0},
        {"x": 1, "y": 1},
    ]
    shares = {float((table(n).truth == 1).mean()) for n in range(2)}
    assert {row["y"] for row in rows(marks(overlay.spec(found("pr")), "rule"))} == shares


def test_calibration_of_rare_things_fills_the_picture_with_equal_axes() -> None:
    drawn = found("calibration").curves[0]
    few = replace(drawn.curve, x=(0.01, 0.05), y=(0.02, 0.04), ends=((0.01, 0.03), (0.03, 0.06)))
    spec = overlay.spec(Overlay("calibration", "fraud", "HEAD", (replace(drawn, curve=few),), ()))
    encoding = marks(spec, "line")[-1]["encoding"]
    assert encoding["x"]["scale"]["domain"] == encoding["y"]["scale"]["domain"]
    assert encoding["x"]["scale"]["domain"][1] == pytest.approx(0.063)
    assert [(row["y"], row["high"]) for row in rows(marks(spec, "rule"))] == list(few.ends)


def test_curves_of_different_evaluators_are_said_to_be_no_comparison() -> None:
    said = overlay.spec(found("roc", evaluator=""))["title"]["subtitle"]
    assert said[0] == "each by its own evaluator, so not comparable"
    assert (
        overlay.spec(found("roc", 1, evaluator=""))["title"]["subtitle"][0]
        == "by its own evaluator"
    )


@pytest.mark.parametrize("name", CURVES)
def test_as_many_curves_as_may_be_make_a_picture_without_a_warning(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert len(set(SERIES)) == MOST
    made = vl_convert.vegalite_to_svg(
        overlay.spec(found(name, MOST)), vl_version=VERSION, show_warnings=True
    )
    assert "WARN" not in "".join(capfd.readouterr())
    for number in range(MOST):
        assert f">v{number}.0.0, " in made
