"""`mlvc github init` writes workflows, again and again, and overwrites nothing."""

import os
import re
from pathlib import Path

import pytest
import yaml

from mlvc.github.workflows import FOLDER
from tests.project import Project, run
from tests.releases import answer, state

NAMES = ["evaluate", "release", "rollback", "watch"]


def init(project: Project, *args: str) -> dict[str, str]:
    """What it says of each workflow, by name."""
    rows = answer(project, "github", "init", *args)["workflows"]
    return {row["path"].rpartition("mlvc-")[2].removesuffix(".yml"): row["state"] for row in rows}


def test_run_again_it_changes_nothing(project: Project) -> None:
    assert init(project, "--dry-run") == dict.fromkeys(NAMES, "new")
    assert not (project.path / FOLDER).exists()
    assert init(project) == dict.fromkeys(NAMES, "new")
    before = state(project)
    assert init(project) == dict.fromkeys(NAMES, "unchanged")
    assert init(project, "--force") == dict.fromkeys(NAMES, "unchanged")
    assert state(project) == before


def test_what_was_edited_stays_and_is_shown(project: Project) -> None:
    init(project)
    path = f"{FOLDER}/mlvc-watch.yml"
    mine = project.read(path).replace('cron: "17 4 * * *"', 'cron: "0 0 * * 0"')
    project.write(path, mine)
    done = project.mlvc("github", "init")
    assert done.code == 0 and project.read(path) == mine
    assert '-    - cron: "0 0 * * 0"\n+    - cron: "17 4 * * *"' in done.out
    project.mlvc("github", "init", "--force")
    assert project.read(path) != mine


def test_the_remote_and_the_environments_decide_what_is_written(project: Project) -> None:
    project.dvc("remote", "add", "-d", "--quiet", "storage", "s3://bucket/models")
    project.write("requirements.txt", "mlvc[s3]\n")
    params = project.read("params.yaml")
    project.write("params.yaml", f"{params}mlvc:\n  environments: {{eu/canary: {{gates: []}}}}\n")
    found = answer(project, "github", "init")
    assert found["secrets"] == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    assert found["notes"] == []
    rollback = project.read(f"{FOLDER}/mlvc-rollback.yml")
    assert "options: [production, staging, eu/canary]" in rollback
    assert "AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}" in rollback
    assert 'run: "python -m pip install -r requirements.txt"' in rollback


def test_the_install_command_stays_a_text(project: Project) -> None:
    command = """pip install "a: b" # 'x' ${{ secrets.X }} @ENV@"""
    init(project, "--install", command)
    steps = yaml.safe_load(project.read(f"{FOLDER}/mlvc-watch.yml"))["jobs"]["watch"]["steps"]
    assert next(s["run"] for s in steps if s.get("name") == "Install") == command
    assert project.mlvc("github", "init", "--install", "a\nb").code == 2


def test_a_folder_that_leads_elsewhere_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project.path / ".github").symlink_to(tmp_path / "elsewhere")
    done = project.mlvc("github", "init")
    assert done.code == 1 and "by a symlink" in done.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_credentials_reach_only_the_command_that_asks_for_them(project: Project) -> None:
    # As a workflow does it; the store of the token is a step's own environment.
    init(project)
    text = project.read(f"{FOLDER}/mlvc-release.yml")
    (login,) = set(re.findall(r"git config credential\.helper '.*'", text))
    run("bash", "-c", login, cwd=project.path)
    script = "printf 'protocol=https\\nhost=github.com\\n\\n' | git credential fill"
    env = {"GITHUB_TOKEN": "t0ken"}
    said = run("bash", "-c", script, cwd=project.path, env=env).stdout
    assert "username=x-access-token\npassword=t0ken\n" in said
    assert "t0ken" not in project.read(".git/config")


def test_a_project_in_a_subfolder_is_worked_in_there(project: Project) -> None:
    folder = Project(project.path / "a b")
    folder.path.mkdir()
    folder.dvc("init", "--quiet", "--subdir")
    init(folder)
    found = yaml.safe_load(project.read(f"{FOLDER}/mlvc-evaluate.yml"))
    assert found["defaults"]["run"]["working-directory"] == "a b"
    # It is not there in a job that checks nothing out.
    bare = [job["steps"] for job in found["jobs"].values() if "uses" not in job["steps"][0]]
    assert bare and all(step["working-directory"] == "." for steps in bare for step in steps)


@pytest.mark.parametrize("name", NAMES)
def test_no_step_puts_an_expression_into_a_script(project: Project, name: str) -> None:
    init(project)
    jobs = yaml.safe_load(project.read(f"{FOLDER}/mlvc-{name}.yml"))["jobs"].values()
    assert all("timeout-minutes" in job for job in jobs)
    scripts = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert scripts and not [script for script in scripts if "${{" in script]


def test_a_watch_that_cannot_look_is_never_green(project: Project, tmp_path: Path) -> None:
    init(project)
    job = yaml.safe_load(project.read(f"{FOLDER}/mlvc-watch.yml"))["jobs"]["watch"]
    (step,) = [step for step in job["steps"] if step.get("id") == "report"]
    assert "continue-on-error" not in step
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit $CODE\n")
    python.chmod(0o755)

    def fails(code: int, how: str) -> bool:
        path = f"{tmp_path}:{os.environ['PATH']}"
        env = {"CODE": str(code), "HOW": how, "ENVIRONMENT": "production", "PATH": path}
        words = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
        return run(*words, cwd=tmp_path, check=False, env=env).returncode != 0

    assert [code for code in range(10) if fails(code, "")] == [1, 2, 3, 5, 6, 7, 8, 9]
    assert [code for code in range(10) if fails(code, "push")] == [1, 2, 5, 6, 7, 8, 9]
