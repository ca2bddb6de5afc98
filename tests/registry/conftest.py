"""A repository without DVC, for what is about Git alone."""

from pathlib import Path

import pytest

from tests.project import Project
from tests.registry.alone import of_git


@pytest.fixture
def plain(tmp_path: Path) -> Project:
    """A repository of Git alone, with three files."""
    return of_git(tmp_path / "plain", {"a.txt": "a\n", "b.txt": "b\n", "folder/b.txt": "b\n"})
