"""What the README says of the command line is what the command line says of itself."""

import re
from pathlib import Path

import pytest

from mlvc.cli.verbs import VERBS
from mlvc.errors import Exit

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_verb_is_in_the_table() -> None:
    table = README.split("## The verbs")[1].split("## ")[0]
    named = set(re.findall(r"`(?:mlvc )?([a-z]+)`", table.split("A release is named")[0]))
    assert set(VERBS) <= named


def test_every_exit_code_is_in_the_table() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", README.split("| exit code")[1], re.MULTILINE)
    codes = {int(code) for row in rows for code in row.split(",")}
    assert codes == {int(code) for code in Exit}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_local_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_transcript_has_no_holes() -> None:
    assert "@@" not in README


def test_decisions_are_numbered_without_gaps_and_dated() -> None:
    pages = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(len(pages)))
    for page in pages[1:]:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}: ")
        assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE)
        assert re.search(r"^- Status: (proposed|accepted|replaced by \d{4})$", text, re.MULTILINE)
