"""Hints are sentences: they are printed, joined with others, and read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_files import FILES, ROOT


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_hint_ends_as_a_sentence_does(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    ends = [end.rstrip() for hint in hints(tree) for end in last_words(hint)]
    assert [end for end in ends if end and not end.endswith((".", ".)", "?"))] == []


def hints(tree: ast.Module) -> Iterator[ast.expr]:
    """The second arguments of our errors."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in ("MlvcError", "ObjectError") and len(call.args) > 1:
            yield call.args[1]


def last_words(hint: ast.expr) -> Iterator[str]:
    """The texts that it ends with, as far as they are written out there."""
    if isinstance(hint, ast.IfExp):
        yield from (*last_words(hint.body), *last_words(hint.orelse))
    if isinstance(hint, ast.JoinedStr):
        yield from last_words(hint.values[-1])
    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        yield hint.value
