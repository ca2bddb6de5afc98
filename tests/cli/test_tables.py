"""Tables as Markdown and CSV: nothing in a cell is markup, and no number loses a digit."""

import csv
import io

import pytest

from mlvc.cli.tables import comma_separated, markdown, refuse_several
from mlvc.errors import Exit, MlvcError


def test_markdown_has_numbers_to_the_right_and_no_markup_in_a_cell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    markdown([("v1|0", "0.5", "a\nb"), ("<b>_x_", "–", "`c`")], ("NAME", "f1", ""))
    assert capsys.readouterr().out.splitlines() == [
        "| NAME | f1 |  |",
        "| --- | ---: | --- |",
        r"| v1\|0 | 0.5 | a b |",
        r"| \<b\>\_x\_ | – | \`c\` |",
    ]


def test_an_empty_table_has_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    markdown([], ("A", "B"))
    assert capsys.readouterr().out == "| A | B |\n| --- | --- |\n"


def test_csv_has_every_digit_and_keeps_what_is_in_a_cell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [("a,b", 0.1 + 0.2, None), ('say "x"\nthen y', 1e-300, "")]
    comma_separated(rows, ("release", "f1", "error"))
    found = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert found == [
        ["release", "f1", "error"],
        ["a,b", "0.30000000000000004", ""],
        ['say "x"\nthen y', "1e-300", ""],
    ]


def test_one_form_at_a_time() -> None:
    refuse_several(json=True, md=False)
    with pytest.raises(MlvcError, match="--json and --md do not go together") as caught:
        refuse_several(json=True, md=True, csv=False)
    assert caught.value.code == Exit.USAGE
