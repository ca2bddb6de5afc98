"""All that a file of predictions says, as a stage writes it."""

import json
import subprocess
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from mlvc.errors import MlvcError
from mlvc.metrics import Columns, Report, interval, part, read, report, score
from mlvc.metrics.__main__ import main
from mlvc.metrics.usual import usual
from tests.project import PYTHON, run

COLUMNS = Columns("t", "p", "s", slices=("where",))


def rows(count: int = 60) -> str:
    """Labels, scores, where, how long and of which query; nobody in DE is positive."""
    source = np.random.default_rng(3)
    lines = ["t,p,s,where,ms,q"]
    for at in range(count):
        score, place = round(source.random(), 3), ("FR", "US", "DE")[at % 3]
        true = int(score + source.normal() / 3 > 0.5 and place != "DE")
        lines.append(f"{true},{int(score > 0.5)},{score},{place},{at / 4},{at // 6}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "p.csv"
    path.write_text(rows())
    return path


def whole(found: Report) -> set[str]:
    return set(found.whole.metrics)


def test_each_metric_has_its_value_and_interval_in_all_rows_and_by_slice(file: Path) -> None:
    found = report(file, COLUMNS, draws=200)
    given = read(file.read_bytes(), COLUMNS)
    assert whole(found) == set(usual(given)) == set(found.whole.intervals)
    assert found.whole.metrics["f1"] == score("f1", given)
    assert found.whole.intervals["ece"] == interval("ece", given, draws=200)
    french = given.where("where", "FR")
    assert found.slices["where"]["FR"] == part(french, usual(given), draws=200)
    assert found.slices["where"]["FR"].metrics["brier"] == score("brier", french)
    assert [len(given), 20, 20, 20] == [
        found.whole.rows, *(one.rows for one in found.slices["where"].values())
    ]  # fmt: skip


def test_what_a_slice_says_nothing_of_is_left_out_there(file: Path) -> None:
    found = report(file, COLUMNS, confidence=None)
    assert list(found.slices["where"]["DE"].missing) == ["roc_auc"]
    assert "roc_auc" not in found.metrics()["slices"]["where"]["DE"]
    assert found.slices["where"]["DE"].metrics["recall"] == 0
    assert not found.whole.missing and not found.whole.intervals


def test_the_confusion_matrix_is_that_of_scikit_learn(file: Path) -> None:
    found = report(file, COLUMNS, confidence=None).confusion
    given = read(file.read_bytes(), COLUMNS)
    assert found is not None
    assert found.labels == ("0", "1")
    assert np.array_equal(found.counts, confusion_matrix(given.truth, given.predicted))
    named = read(b"t,p\nham,spam\nspam,spam\n", Columns("t", "p"))
    assert part(named, usual(named), None).metrics["recall"] == 1


@pytest.mark.parametrize(
    ("data", "columns", "names"),
    [
        ("t,p\n1,1\n2,2\n3,1\n", Columns("t", "p"), {"accuracy", "f1_macro"}),
        ("t,p\n1,1.5\n2,2\n3,1\n", Columns("t", "p"), {"mae", "rmse", "r2"}),
        ("t,s\n1,2.5\n0,2\n", Columns("t", score="s"), {"roc_auc", "pr_auc"}),
        ("t,s,q\n3,2.5,x\n0,2,x\n", Columns("t", score="s", group="q"), {"ndcg@10"}),
        ("t,ms\n3,2.5\n3,2\n", Columns("t", latency="ms"), {"latency_p50", "latency_p99"}),
    ],
)
def test_what_is_usual_depends_on_the_columns(
    tmp_path: Path, data: str, columns: Columns, names: set[str]
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(data)
    found = report(path, columns, draws=20)
    assert whole(found) >= names and whole(found) == set(found.whole.intervals)
    assert (found.confusion is None) == (columns.predicted == "" or "mae" in names)


def test_of_many_labels_none_is_about_one() -> None:
    several = read(b"t,p,s\na,a,0.5\nb,c,0.5\nc,c,0.5\n", Columns("t", "p", "s"))
    assert "f1" not in usual(several) and "roc_auc" not in usual(several)
    named = replace(several, positive="a")
    assert "f1" in usual(named) and "roc_auc" in usual(named)


def test_a_metric_that_was_asked_for_must_be_there(file: Path) -> None:
    with pytest.raises(MlvcError, match="needs durations"):
        report(file, COLUMNS, ["f1", "latency_p50"])
    with pytest.raises(MlvcError, match=r"nowhere\.csv: No such file"):
        report(file.with_name("nowhere.csv"), COLUMNS)
    wide = file.with_name("wide.csv")
    wide.write_text("t,p,s,where\n" + "".join(f"1,1,0.5,{n}\n" for n in range(300)))
    with pytest.raises(MlvcError, match="column 'where' has 300 values, too many"):
        report(wide, COLUMNS)


def called(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return run(PYTHON, "-m", "mlvc.metrics", "p.csv", *args, cwd=folder, check=False)


def test_a_stage_writes_it_without_git_and_dvc(file: Path) -> None:
    # Modules that must not be there: an import of one would fail.
    for name in ("git", "dvc", "pydantic", "sklearn", "typer"):
        (file.parent / f"{name}.py").write_text("raise SystemExit('imported')\n")
    args = ("--truth", "t", "--predicted", "p", "--score", "s", "--slice", "where",
            "--latency", "ms", "--draws", "100")  # fmt: skip
    written = ("--out", "m/metrics.json", "--intervals", "i.json", "--confusion", "c.json")
    done = called(file.parent, *args, *written)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "note: slices.where.DE.roc_auc is left out: roc_auc has no value on these 20 rows"
    ]
    metrics = json.loads((file.parent / "m/metrics.json").read_text())
    assert metrics["rows"] == 60
    assert metrics["slices"]["where"]["FR"]["latency_p50"] == 7.125
    found = json.loads((file.parent / "i.json").read_text())
    low, high = found["intervals"]["slices"]["where"]["US"]["f1"]
    assert found["confidence"] == 0.95 and low < high
    counts = json.loads((file.parent / "c.json").read_text())["counts"]
    assert sum(map(sum, counts)) == 60
    assert not list(file.parent.glob("*.json.*"))


def test_without_a_file_to_write_it_prints_a_table(file: Path) -> None:
    done = called(file.parent, "--truth", "t", "--predicted", "p", "--confidence", "0.9")
    head, first, *_, last = done.stdout.splitlines()
    assert head.split() == ["METRIC", "VALUE", "90", "%", "INTERVAL"]
    assert first.split()[0] == "accuracy" and last == "60 rows"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("--truth x", "error: p.csv has no column 'x', only t, p, s"),
        ("--truth t", "error: nothing can be computed"),
        ("--truth t --score s --metrics f2", "how to compute 'f2'"),
        ("--truth t --score s --confusion c", "no confusion without labels"),
        ("--truth t --predicted p --out p.csv/m.json", "error: p.csv/m.json: "),
    ],
)
def test_what_is_wrong_is_one_line(
    file: Path, args: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with chdir(file.parent):
        assert main(["p.csv", "--draws", "20", *args.split()]) == 1
    said = capsys.readouterr()
    assert says in said.err.splitlines()[0] and said.err.count("\n") == 2
    assert not file.with_name("c").exists()


@pytest.mark.parametrize("args", [["--confidence", "1"], ["--draws", "0"], ["--draws", "x"], []])
def test_usage_is_refused_as_usual(args: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["p.csv", *(["--truth", "t"] if args else []), *args])
    assert refused.value.code == 2
