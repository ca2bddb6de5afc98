"""The house rules that a linter does not know."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import mlvc

ROOT = Path(mlvc.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LONGEST = 200
MODULES = [file for file in FILES if file.parent.name != "pipeline" and file.stem != "__main__"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_too_long_to_read_at_once(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_can_be_imported(file: Path) -> None:
    # Coverage does not count a file that no test imports; so none can hide.
    import_module(".".join(file.relative_to(ROOT.parent).with_suffix("").parts))
