"""Tables fit the terminal: as they are, turned, or in parts; nothing is lost."""

import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from mlvc.cli import output, wide

NAMES = ["accuracy", "f1", *(f"slices.origin.{at}.recall" for at in range(58))]


def told(
    capsys: pytest.CaptureFixture[str], releases: int, metrics: int, words: str = ""
) -> list[str]:
    rows = [
        (f"v0.{at}.0", *(f"{at / 100 + n:.4f}" for n in range(metrics)), words if at % 2 else "")
        for at in range(releases)
    ]
    wide.table(("RELEASE", *NAMES[:metrics], ""), rows)
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_what_fits_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, 2, 2, "known") == [
        "RELEASE  accuracy      f1",
        "v0.0.0     0.0000  1.0000",
        "v0.1.0     0.0100  1.0100  known",
    ]


def test_many_metrics_of_few_releases_are_turned(capsys: pytest.CaptureFixture[str]) -> None:
    head, first, *_, last, words = told(capsys, 4, 60, "known")
    assert head.split() == ["RELEASE", "v0.0.0", "v0.1.0", "v0.2.0", "v0.3.0"]
    assert first.split() == ["accuracy", "0.0000", "0.0100", "0.0200", "0.0300"]
    assert last.startswith("slices.origin.57.recall")
    assert words == "known: v0.1.0, v0.3.0"


def test_many_of_both_are_told_in_parts_that_fit(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, 30, 60, "does not reproduce")
    assert max(map(len, lines)) <= 80
    heads = [line.split()[1:] for line in lines if line.startswith("RELEASE")]
    assert [name for head in heads for name in head] == [f"v0.{at}.0" for at in range(30)]
    assert lines[-1].startswith("  ") and lines[-1].endswith("v0.29.0")


def test_many_releases_with_a_few_metrics_too_much_stay_rows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(capsys, 30, 5)
    assert [line.split() for line in lines if line.startswith("RELEASE")] == [
        ["RELEASE", *NAMES[:4]], ["RELEASE", NAMES[4]]
    ]  # fmt: skip


def test_without_a_terminal_a_table_is_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")
    assert len(told(capsys, 3, 60, "known")) == 4


CELLS = st.text("0123456789abc.", min_size=1, max_size=30)


@settings(max_examples=50, deadline=None)
@hypothesis.given(st.data(), st.integers(1, 8), st.integers(1, 8))
def test_no_cell_is_lost_and_no_line_too_long(data: st.DataObject, rows: int, columns: int) -> None:
    cells = st.lists(CELLS, min_size=columns, max_size=columns)
    heads, *body = (data.draw(cells) for _ in range(rows + 1))
    parts = list(wide._parts(heads, body, 64))
    kept = [
        [row[0], *(cell for _, part in parts for cell in part[at][1:])]
        for at, row in enumerate(body)
    ]
    assert kept == body
    assert [heads[0], *(head for part, _ in parts for head in part[1:])] == heads
    for part, some in parts:
        assert sum(wide._widths([part, *some]), 2 * (len(part) - 1)) <= 64


def test_small_numbers_keep_what_they_say() -> None:
    said = [output.number(value) for value in (0.5, 0.00123, 0.000123, -1.5e-7, 0.0)]
    assert said == ["0.5000", "0.0012", "0.00012", "-1.5e-07", "0.0000"]
    assert output.number(0.000123, signed=True) == "+0.00012"
    assert all(output.is_number(cell) for cell in said)
