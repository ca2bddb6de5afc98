"""`mlvc github init` writes workflows, again and again, and overwrites nothing."""

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
    text = project.read(f"{FOLDER}/mlvc-evaluate.yml")
    assert yaml.safe_load(text)["defaults"]["run"]["working-directory"] == "a b"


@pytest.mark.parametrize("name", NAMES)
def test_no_step_puts_an_expression_into_a_script(project: Project, name: str) -> None:
    init(project)
    jobs = yaml.safe_load(project.read(f"{FOLDER}/mlvc-{name}.yml"))["jobs"].values()
    assert all("timeout-minutes" in job for job in jobs)
    scripts = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert scripts and not [script for script in scripts if "${{" in script]
