"""What all other tests rely on."""

import sys
from pathlib import Path

from tests.project import Project, run
from tests.surroundings import DATE


def test_a_copied_project_is_clean_for_git_and_dvc(project: Project) -> None:
    assert project.git("status", "--porcelain") == ""
    assert project.dvc("status") == "Data and pipelines are up to date."


def test_a_copied_project_is_independent_of_the_others(
    project: Project, built_project: Project
) -> None:
    project.set_param("weight: 1.0", "weight: 2.0")
    project.dvc("repro", "--quiet")
    assert project.read("model.bin") != built_project.read("model.bin")
    assert built_project.git("status", "--porcelain") == ""


def test_stages_run_on_the_interpreter_of_the_test(tmp_path: Path) -> None:
    done = run("python", "-c", "import sys; print(sys.prefix)", cwd=tmp_path)
    assert done.stdout.strip() == sys.prefix


def test_the_home_of_the_machine_is_out_of_sight(isolated_home: Path, project: Project) -> None:
    assert Path.home() == isolated_home
    assert project.git("log", "-1", "--format=%ae %cI") == f"ada@example.com {DATE}"
