"""What pre-commit refuses; most of it asked of one tree after another, without Git's own commit."""

import os
from pathlib import Path

import pytest

from mlvc.hooks.committing import objections
from tests.project import PYTHON, Project, run


def refused(project: Project, *paths: str) -> dict[str, str]:
    """Stage these paths, or all; what is then refused, and why."""
    project.git("add", *(("--force", *paths) if paths else ("--all",)))
    found = objections(project.path, project.git("write-tree"))
    assert len({one.what for one in found}) == len(found)
    return {one.what: one.why for one in found}


def blob(project: Project, path: str, size: int = 10) -> None:
    file = project.path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\0" * size)


def test_models_and_large_files_are_kept_out_and_small_code_is_not(project: Project) -> None:
    blob(project, "models/A b.PKL")
    blob(project, "large.csv", 2_000_000)
    blob(project, "small.csv", 200_000)
    blob(project, "pkl")
    assert refused(project) == {
        "models/A b.PKL": "a .pkl is a model",
        "large.csv": "it has 2,000,000 bytes, and 1,048,576 are the limit for Git",
    }


def test_what_is_to_be_done_is_no_option(project: Project) -> None:
    blob(project, "-r f.pkl")
    project.git("add", "--", "-r f.pkl")
    (found,) = objections(project.path, project.git("write-tree"))
    assert "`git rm --cached './-r f.pkl' && dvc add './-r f.pkl'`" in found.todo


def test_settings_set_the_limit_and_allow(project: Project) -> None:
    hooks = "mlvc:\n  hooks:\n    large: 150000\n    allow: ['fixtures/*']\n"
    project.write("params.yaml", project.read("params.yaml") + hooks)
    blob(project, "fixtures/a.pkl")
    blob(project, "b.csv", 200_000)
    assert list(refused(project)) == ["b.csv"]


def test_what_git_has_already_is_let_be(project: Project) -> None:
    blob(project, "a.pkl")
    blob(project, "grows.csv")
    project.commit("No hook was there")
    blob(project, "a.pkl", 20)
    blob(project, "grows.csv", 2_000_000)
    assert list(refused(project)) == ["grows.csv"]


def test_a_merge_brings_in_what_the_other_side_has(project: Project) -> None:
    project.git("switch", "--quiet", "--create", "other")
    blob(project, "a.pkl")
    project.commit("No hook was there")
    project.git("switch", "--quiet", "main")
    project.git("merge", "--quiet", "--no-commit", "--no-ff", "other")
    blob(project, "b.pkl")
    assert list(refused(project)) == ["b.pkl"]


def test_outputs_are_dvcs_or_gits_as_dvc_yaml_says(project: Project) -> None:
    for path in ("dvc.yaml", "train.py"):
        text = project.read(path).replace("signature.json", "signature.npz")
        project.write(path, text.replace("model.bin", "model.pkl"))
    project.write("evaluate.py", project.read("evaluate.py").replace("model.bin", "model.pkl"))
    project.dvc("repro", "--quiet")
    assert refused(project) == {}
    assert refused(project, "model.pkl") == {"model.pkl": "DVC tracks it already, as model.pkl"}


def test_pointers_of_git_lfs_and_links_are_no_models(project: Project) -> None:
    project.write("a.pt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    (project.path / "b.pt").symlink_to("elsewhere")
    assert refused(project) == {}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("cmd: python train.py", "cmd: python train.py --fast", "has another command there"),
        ("      - train.py\n", "", "has other deps there"),
        ("    outs:\n      - predictions.csv\n", "", "has other outs there"),
        ("      - evaluate\n", "      - train\n", "has other parameters there"),
        ("artifacts:\n", "  new:\n    cmd: 'true'\n    outs: [x]\nartifacts:\n", "is not in it"),
    ],
)
def test_a_lock_of_other_stages_is_refused(project: Project, old: str, new: str, why: str) -> None:
    project.write("dvc.yaml", project.read("dvc.yaml").replace(old, new))
    (reason,) = refused(project).values()
    assert why in reason


def test_a_lock_that_follows_and_a_pipeline_without_one_are_right(project: Project) -> None:
    project.set_param("weight: 1.0", "weight: 2.0")
    project.dvc("repro", "--quiet")
    assert refused(project) == {}
    project.git("rm", "--quiet", "--cached", "dvc.lock")
    assert refused(project, "dvc.yaml") == {}


def test_marks_and_mistakes_are_named(project: Project) -> None:
    marks = "<<<<<<< ours\n=======\n>>>>>>> theirs\n"
    project.write("dvc.lock", project.read("dvc.lock") + marks)
    project.write("notes.md", marks)
    project.write("params.yaml", "mlvc:\n  gatess: []\n")
    assert refused(project) == {
        "dvc.lock": "it has conflict markers",
        "params.yaml": "mlvc.gatess is not a known key",
    }


def test_a_pipeline_that_dvc_cannot_read_is_refused(project: Project) -> None:
    project.write("dvc.yaml", "stages: [")
    assert "dvc.yaml" in refused(project)


def test_only_projects_of_dvc_have_rules(tmp_path: Path) -> None:
    plain = Project(tmp_path)
    plain.git("init", "--quiet")
    blob(plain, "a.pkl")
    assert refused(plain) == {}


def test_each_project_of_a_repository_has_its_own(project: Project) -> None:
    project.write("sub/.dvc/config", "")
    project.write("sub/params.yaml", "mlvc: {hooks: {allow: ['*.pkl']}}\n")
    blob(project, "sub/a.pkl")
    blob(project, "sub/b.pt")
    blob(project, "c.pkl")
    assert sorted(refused(project)) == ["b.pt", "c.pkl"]


def test_what_is_committed_counts_not_what_is_staged_or_lies_there(project: Project) -> None:
    assert project.mlvc("hooks", "install").code == 0
    blob(project, "a.pkl")
    project.write("code.py", "1\n")
    project.git("add", "a.pkl", "code.py")
    project.git("commit", "--quiet", "-m", "Code alone", "code.py")
    done = run("git", "commit", "-m", "All", cwd=project.path, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "mlvc: this commit is refused\n"
        "  a.pkl: a .pkl is a model\n"
        "    do: `git rm --cached a.pkl && dvc add a.pkl`; or allow it in params.yaml:"
        " `mlvc.hooks.allow`.\n"
        "  `git commit --no-verify` does it all the same\n"
    )
    project.git("commit", "--quiet", "--no-verify", "-m", "All")


def test_modules_of_the_repository_are_not_imported(project: Project) -> None:
    assert project.mlvc("hooks", "install").code == 0
    for name in ("mlvc/__init__.py", "json.py", "typing.py"):
        project.write(name, "raise SystemExit('imported from the repository')\n")
    blob(project, "a.pkl")
    project.git("add", "--all")
    done = run("git", "commit", "-m", "All", cwd=project.path, check=False)
    assert "a .pkl is a model" in done.stderr
    assert "imported" not in done.stderr


def test_a_python_that_is_gone_stops_a_commit_that_needs_it(project: Project) -> None:
    assert project.mlvc("hooks", "install").code == 0
    for name in ("pre-commit", "post-checkout"):
        hook = project.path / ".git" / "hooks" / name
        hook.write_text(hook.read_text().replace(f"python={PYTHON}", "python=/gone/python"))
    project.write("code.py", "1\n")
    project.git("add", "code.py")
    project.git("commit", "--quiet", "-m", "Code needs none")
    blob(project, "a.pkl")
    project.git("add", "a.pkl")
    done = run("git", "commit", "-m", "All", cwd=project.path, check=False)
    assert done.returncode == 1
    assert "mlvc: this hook needs /gone/python, which is gone: `mlvc hooks install`" in done.stderr
    status = project.mlvc("hooks", "status")
    assert status.code == 1
    assert status.out.split("\n")[1].split() == ["pre-commit", "broken"]
    assert os.access(project.path / ".git" / "hooks" / "pre-push", os.X_OK)


def test_what_git_sets_for_a_hook_leads_to_no_other_repository(
    project: Project, tmp_path: Path
) -> None:
    blob(project, "a.pkl")
    project.git("add", "a.pkl")
    tree = project.git("write-tree")
    other = Project(tmp_path / "other")
    other.path.mkdir()
    other.git("init", "--quiet")
    git = str(other.path / ".git")
    env = {"GIT_DIR": git, "GIT_WORK_TREE": str(other.path), "GIT_INDEX_FILE": f"{git}/none"}
    done = project.mlvc("hooks", "run", "--", "pre-commit", tree, env=env)
    assert (done.code, done.err.count("a .pkl is a model")) == (1, 1)
