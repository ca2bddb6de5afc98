"""The benchmarks of `mlvc list` and `mlvc tag` run, on repositories that mlvc and GTO both read."""

from pathlib import Path

import pytest

from benchmarks import tagging
from benchmarks.listing import build, main
from tests.project import Project
from tests.releases import answer


def test_it_has_a_column_for_each_size_and_a_row_for_each_contestant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--size", "3", "--size", "4", "--rounds", "1", "--gto", "3"]) == 0
    about, heads, _, *rows = capsys.readouterr().out.splitlines()
    assert "git 2." in about
    assert heads == "| ms (ratio to mlvc) | 3 | 4 |"
    assert [row.split("`")[1] for row in rows] == ["mlvc list", "git for-each-ref", "gto show"]
    assert rows[2].endswith(") |  |")


def test_a_release_more_is_timed_beside_gto_and_taken_away_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tagging.main(["--size", "3", "--rounds", "1", "--gto", "3"]) == 0
    _, _, _, *rows = capsys.readouterr().out.splitlines()
    assert [row.split("`")[1] for row in rows] == ["mlvc tag", "gto register"]


def test_its_releases_are_as_mlvc_writes_them(tmp_path: Path) -> None:
    listed = answer(Project(build(tmp_path, 150)), "list")
    assert listed["unreleased"] == [] and len(listed["releases"]) == 150
    last = next(r for r in listed["releases"] if r["name"] == "model-49@v0.0.1")
    assert last["current"] and last["reachable"] and last["metrics"]["f1"] == 149 % 97 / 100
    assert last["verdict"] == "PASS" and last["bump"] == "patch: only data changed"
