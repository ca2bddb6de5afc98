"""A metric by release: every point, line and arrow is there, and can be read."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
import vl_convert

from mlvc.ops.plotted import ByRelease, Limit, Point, Turn
from mlvc.plots import by_release
from mlvc.plots.files import VERSION
from tests.plots.found import releases
from tests.plots.spec import marks, rows, texts

HOSTILE = "<b>&\"'</svg><script>alert(1)</script> \x1b[31m\x00\n${x} datum.value \ud800 ünï"


def svg(found: ByRelease, capfd: pytest.CaptureFixture[str]) -> str:
    """The picture, made without a warning."""
    made = vl_convert.vegalite_to_svg(
        by_release.spec(found), vl_version=VERSION, show_warnings=True
    )
    assert "WARN" not in "".join(capfd.readouterr())
    return str(made)


def test_every_release_is_a_point_with_its_interval() -> None:
    found = releases(5)
    spec = by_release.spec(found)
    points = rows(marks(spec, "point")[-1:])
    assert [row["release"] for row in points] == [point.label for point in found.points]
    assert [row["value"] for row in points] == [point.value for point in found.points]
    assert [row["verdict"] for row in points] == [point.verdict for point in found.points]
    assert [row["standing"] for row in points] == [
        *("release", "release", "baseline", "current", "withdrawn"),
    ]
    bars = next(
        layer for layer in marks(spec, "rule") if "y2" in layer["encoding"] and "low" in str(layer)
    )
    assert [(row["low"], row["high"]) for row in rows([bars])] == [p.interval for p in found.points]
    assert len(marks(spec, "tick")) == 2
    order = marks(spec, "point")[-1]["encoding"]["x"]["scale"]["domain"]
    assert order == [point.label for point in found.points]


def test_baseline_gates_and_rollbacks_are_drawn_and_named() -> None:
    found = releases(5)
    spec = by_release.spec(found)
    crossing = {
        row["text"]: row["value"]
        for row in rows(marks(spec, "rule"))
        if "value" in row and "text" in row and "release" not in row
    }
    assert crossing == {"baseline v1.0.0": 0.7, "gate max_drop 0.002": 0.698}
    assert "rolled back 2023-11-14: it fell" in texts(spec)
    heads = [m for m in marks(spec, "point") if "triangle" in str(m["mark"].get("shape"))]
    assert [head["mark"]["shape"] for head in heads] == ["triangle-left"]
    assert rows(heads)[0].items() >= {"from": "v1.4.0", "to": "v1.3.0"}.items()


def test_of_many_rollbacks_the_last_ones_are_drawn() -> None:
    found = releases(5)
    turns = tuple(replace(found.turns[0], at=10**18, reason=str(n)) for n in range(20))
    drawn = by_release.spec(replace(found, turns=turns))
    said = [text for text in texts(drawn) if text.startswith("rolled back")]
    assert said == [f"rolled back 9999-12-31: {n}" for n in range(12, 20)]
    assert "12 earlier rollbacks are not shown" in drawn["title"]["subtitle"]


def test_a_gate_that_is_far_away_does_not_flatten_the_plot_and_is_told() -> None:
    spec = by_release.spec(releases(5))
    assert "far below what is shown: gate min 0.2" in spec["title"]["subtitle"]
    low, high = marks(spec, "point")[-1]["encoding"]["y"]["scale"]["domain"]
    assert 0.68 < low < 0.69 and 0.715 < high < 0.72


def test_values_of_different_evaluators_are_not_connected_and_said_to_be_no_comparison() -> None:
    assert marks(by_release.spec(releases(5)), "line")
    own = by_release.spec(releases(5, evaluator=""))
    assert not marks(own, "line")
    assert own["title"]["subtitle"][0] == "each by its own evaluator, so not comparable"


def test_without_predictions_there_are_no_bars_and_nothing_is_said_of_them() -> None:
    found = releases(3)
    bare = replace(found, points=tuple(replace(p, interval=None) for p in found.points))
    spec = by_release.spec(bare)
    assert not marks(spec, "tick") and "bootstrap" not in str(spec)
    assert "low" not in str(marks(spec, "point")[-1]["encoding"]["tooltip"])


@pytest.mark.parametrize("count", [1, 2, 3, 40, 300])
def test_any_number_of_releases_makes_a_picture_without_a_warning(
    count: int, capfd: pytest.CaptureFixture[str]
) -> None:
    found = releases(count)
    made = svg(found, capfd)
    root = ElementTree.fromstring(made)
    assert float(root.attrib["width"]) < 1500
    # Of many, not every name has room; the first one always has.
    assert "v1.0.0" in "".join(root.itertext())
    if count <= 3:
        assert {point.label for point in found.points} <= set(root.itertext())


def test_hostile_names_are_text_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    label = "v1.0.0-rc.1." + "x" * 150
    found = ByRelease(
        model="a/" + "b" * 200,
        metric=HOSTILE * 9,
        evaluator=HOSTILE,
        points=(
            Point("v0.1.0", -1e300, None, "NONE"),
            Point(label, 1e300, (-1e300, 1e300), "PASS"),
        ),
        baseline=Limit(HOSTILE, 0.0),
        limits=(Limit(HOSTILE, 1e299),),
        turns=(Turn(label, "v0.1.0", 0, HOSTILE * 5, False),),
        notes=(),
    )
    made = svg(found, capfd)
    root = ElementTree.fromstring(made)
    assert not [node for node in root.iter() if node.tag.endswith(("script", "}b", "image"))]
    shown = "".join(root.itertext())
    assert (
        "</svg><script>alert(1)</script>" in shown and "\\x1b[31m" in shown and "\\ud800" in shown
    )
    assert float(root.attrib["width"]) < 1500


@pytest.mark.parametrize("value", [0.0, 1e-12, -3.0, 27020.0, 1e12])
def test_equal_values_of_any_size_make_a_picture(
    value: float, capfd: pytest.CaptureFixture[str]
) -> None:
    points = tuple(Point(f"v{n}.0.0", value, None, "NONE") for n in range(3))
    found = ByRelease("m", "loss", "HEAD", points, None, (), (), ())
    assert "NaN" not in svg(found, capfd)
