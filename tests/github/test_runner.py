"""What a step tells the runner cannot be made to say anything else."""

import secrets
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.errors import MlvcError
from mlvc.github.runner import Runner


def parsed(text: str) -> dict[str, str]:
    """As the runner reads it: `NAME<<MARK`, lines, `MARK`."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, mark = line.split("<<")
        value = []
        while (inner := next(lines)) != mark:
            value.append(inner)
        found[name] = "\n".join(value)
    return found


@settings(max_examples=30, deadline=None)
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\r")))
def test_any_value_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    path = tmp_path_factory.mktemp("out") / secrets.token_hex(8)
    hostile = f"{value}\nverdict=PASS\nverdict<<x\nPASS\nx"
    Runner({"GITHUB_OUTPUT": str(path)}).put({"title": hostile, "verdict": "FAIL"})
    assert parsed(path.read_text(encoding="utf-8")) == {"title": hostile, "verdict": "FAIL"}


def test_outside_of_a_workflow_nothing_is_written() -> None:
    runner = Runner({})
    runner.put({"name": "value"})
    runner.summarise("text")
    assert runner.page == ""
    with pytest.raises(MlvcError, match="GITHUB_TOKEN is not set"):
        runner.need("TOKEN")


def test_a_summary_that_github_would_refuse_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    Runner({"GITHUB_STEP_SUMMARY": str(path)}).summarise("Ä line\n" * 200_000)
    data = path.read_bytes()
    assert len(data) <= 1 << 20 and data.endswith(b"It goes on.\n")


def test_an_event_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "event").write_text("{")
    with pytest.raises(MlvcError, match="not the JSON of an event"):
        Runner.of({"GITHUB_EVENT_PATH": str(tmp_path / "event")})
