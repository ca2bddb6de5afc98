"""The package as a library."""

import pytest

import mlvc
from mlvc.ops.listing import list_releases
from tests.project import PYTHON, Project, run


def test_the_package_offers_what_it_says(project: Project) -> None:
    assert {name for name in mlvc.__all__ if hasattr(mlvc, name)} == set(mlvc.__all__)
    with pytest.raises(AttributeError):
        mlvc.nothing_of_that_name  # noqa: B018
    assert list_releases(mlvc.Project.find(project.path)).unreleased == ("model",)


def test_importing_the_package_loads_no_verb(project: Project) -> None:
    code = "import sys, mlvc; print([m for m in sys.modules if m.startswith('mlvc.')])"
    done = run(PYTHON, "-I", "-c", code, cwd=project.path, env={"COVERAGE_PROCESS_CONFIG": ""})
    assert done.stdout.strip() == "['mlvc.errors']"
