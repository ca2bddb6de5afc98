"""The benchmark of the hooks runs."""

import pytest

from benchmarks.hooks import COMMANDS, main


def test_it_has_a_row_for_each_hook(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--files", "3", "--rounds", "1"]) == 0
    _, _, _, *rows = capsys.readouterr().out.splitlines()
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(COMMANDS)
