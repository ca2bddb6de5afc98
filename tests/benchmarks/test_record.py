"""The benchmark of the record runs, and an append stores no more where the record is larger."""

import pytest

from benchmarks.record import MERGE, THOUSAND, main


def test_it_has_a_column_for_each_record_and_a_row_for_each_contestant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--size", "20", "--size", "300", "--rounds", "1"]) == 0
    about, heads, _, *rows = capsys.readouterr().out.splitlines()
    assert "git 2." in about
    assert heads == "| ms (ratio to mlvc) | 20 | 300 | 300 of one model |"
    found = {row.split("|")[1].strip(): row.split("|")[2:-1] for row in rows}
    assert {f"{MERGE}: mlvc", f"{MERGE}: git merge-tree", f"{THOUSAND}: mlvc"} <= found.keys()
    stored = [int(cell.replace(",", "")) for cell in found["bytes that an append stores"]]
    assert max(stored) < 64 << 10
