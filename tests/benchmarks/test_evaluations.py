"""The benchmark of evaluations stays alive. Its times are no matter."""

import pytest

from benchmarks.evaluations import main


def test_it_says_each_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--rounds", "1", "--releases", "2", "--table", "2", "--busy", "0.1", "--without-queue"])
    out = capsys.readouterr().out
    assert [line.split(" | ")[0].removeprefix("| ") for line in out.splitlines()] == [
        "overhead, of worktree + checkout + repro",
        "two at once",
        "2 known releases, of mlvc list",
    ]
