"""Hooks beside others: nothing of theirs is lost, whoever comes first or later."""

import os
import shutil
from pathlib import Path

import pytest

from mlvc.hooks import installing
from mlvc.hooks.scripts import script
from mlvc.ops.project import Project as Opened
from tests.project import PYTHON, Project, run
from tests.releases import answer

MINE = "#!/bin/sh\necho mine >&2\nexit ${CODE:-0}\n"


def hook(project: Project, name: str = "pre-commit", text: str = MINE) -> Path:
    """A hook of the user's own."""
    path = project.write(f".git/hooks/{name}", text)
    path.chmod(0o750)
    return path


def states(project: Project) -> dict[str, str]:
    return {one.name: one.state for one in installing.status(Opened(project.path)).hooks}


def install(project: Project) -> None:
    installing.install(Opened(project.path))


def uninstall(project: Project) -> None:
    installing.uninstall(Opened(project.path))


def commit(project: Project, code: int = 0) -> tuple[int, str]:
    """What comes of a commit, where the user's own hook ends with `code`."""
    command = ("git", "commit", "--allow-empty", "--quiet", "-m", "x")
    done = run(*command, cwd=project.path, check=False, env={"CODE": str(code)})
    return done.returncode, done.stderr


def test_the_exit_code_of_a_hook_that_was_there_counts(project: Project) -> None:
    hook(project, "post-checkout")
    hook(project)
    install(project)
    assert commit(project) == (0, "mine\n")
    assert commit(project, 3) == (1, "mine\n")  # Git's own answer to any refusal
    command = (project.path / ".git" / "hooks" / "post-checkout", "HEAD", "HEAD", "1")
    done = run(*command, cwd=project.path, check=False, env={"CODE": "7"})
    assert (done.returncode, done.stderr) == (7, "mine\n")


def test_a_link_and_a_hook_that_is_switched_off_come_back_as_they_were(project: Project) -> None:
    target = project.write("scripts/check", MINE)
    link = project.path / ".git" / "hooks" / "pre-commit"
    link.symlink_to("../../scripts/check")
    off = hook(project, "pre-push")
    off.chmod(0o640)
    install(project)
    target.chmod(0o755)
    assert commit(project) == (0, "mine\n")
    uninstall(project)
    assert link.readlink() == Path("../../scripts/check")
    assert (off.read_text(), off.stat().st_mode & 0o777) == (MINE, 0o640)
    assert set(states(project).values()) == {"missing", "foreign"}


def test_a_kill_in_between_loses_no_hook(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hook(project)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(installing, "write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            install(project)
    assert commit(project) == (0, "mine\n")
    install(project)
    assert commit(project) == (0, "mine\n")
    uninstall(project)
    assert path.read_text() == MINE
    assert sorted(p.name for p in path.parent.glob("*mlvc*")) == []


def test_a_hook_that_was_put_over_mlvcs_is_no_one_elses_to_judge(project: Project) -> None:
    hook(project)
    install(project)
    hook(project, text="#!/bin/sh\n# another\n")
    done = project.mlvc("hooks", "install")
    assert done.code == 1
    assert (
        "pre-commit was put over the hook of mlvc, which keeps pre-commit.mlvc-chained" in done.err
    )
    uninstall(project)
    assert "another" in project.read(".git/hooks/pre-commit")


def test_pre_commit_installed_later_runs_mlvcs_and_neither_runs_in_circles(
    project: Project,
) -> None:
    project.write(".pre-commit-config.yaml", "repos: []\n")
    command = (PYTHON, "-m", "pre_commit", "install")
    run(*command, cwd=project.path)
    install(project)
    run(*command, cwd=project.path)  # takes mlvc's for an old hook, which it runs first
    project.write("a.pkl", "")
    project.git("add", ".pre-commit-config.yaml", "a.pkl")
    code, said = commit(project)
    assert (code, said.count("a .pkl is a model")) == (1, 1)
    assert states(project)["pre-commit"] == "installed"
    install(project)
    uninstall(project)
    project.git("commit", "--quiet", "-m", "Nobody objects")
    left = {path.name for path in (project.path / ".git" / "hooks").iterdir()}
    assert "pre-commit" in left and not {"pre-commit.legacy", "pre-commit.mlvc-chained"} & left


def test_a_hook_of_before_mlvc_runs_after_pre_commit_was_installed_too(project: Project) -> None:
    project.write(".pre-commit-config.yaml", "repos: []\n")
    hook(project)
    install(project)
    run(PYTHON, "-m", "pre_commit", "install", cwd=project.path)
    assert commit(project)[1].count("mine") == 1
    uninstall(project)
    assert commit(project)[1].count("mine") == 1


def test_a_linked_folder_of_hooks_is_not_written_to(project: Project, tmp_path: Path) -> None:
    hooks = project.path / ".git" / "hooks"
    shutil.rmtree(hooks)
    (tmp_path / "theirs").mkdir()
    hooks.symlink_to(tmp_path / "theirs")
    hook(project)
    install(project)
    assert [p.name for p in (tmp_path / "theirs").iterdir()] == ["pre-commit"]
    assert commit(project) == (0, "mine\n")
    uninstall(project)
    assert project.git("config", "core.hooksPath", check=False) == ""


def test_a_hook_that_goes_by_its_own_name_keeps_it(project: Project) -> None:
    every = project.write("scripts/every", MINE.replace("mine", '"$(basename "$0")"'))
    every.chmod(0o755)
    link = project.path / ".git" / "hooks" / "pre-commit"
    link.symlink_to("../../scripts/every")
    for _ in range(2):
        install(project)
        assert commit(project) == (0, "pre-commit\n")
        assert commit(project, 3) == (1, "pre-commit\n")
    assert set(states(project).values()) == {"installed"}
    uninstall(project)
    assert link.readlink() == Path("../../scripts/every")
    assert project.git("config", "core.hooksPath", check=False) == ""
    assert commit(project) == (0, "pre-commit\n")


@pytest.mark.parametrize("scope", ["--global", "--local"])
def test_a_folder_of_hooks_elsewhere_is_not_written_to(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    config = tmp_path / "gitconfig"
    config.write_bytes(Path(os.environ["GIT_CONFIG_GLOBAL"]).read_bytes())
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    folder = tmp_path / "their hooks"
    folder.mkdir()
    for name in ("pre-commit", "commit-msg"):
        (folder / name).write_text(MINE.replace("mine", '"$(basename "$0")"'))
        (folder / name).chmod(0o755)
    project.git("config", scope, "core.hooksPath", str(folder))
    said = project.mlvc("hooks", "install")
    assert f"in front of core.hooksPath, {folder}: every hook there runs" in said.out
    assert sorted(p.name for p in folder.iterdir()) == ["commit-msg", "pre-commit"]
    assert commit(project) == (0, "pre-commit\ncommit-msg\n")
    (folder / "post-commit").write_text("#!/bin/sh\necho tomorrow >&2\n")
    (folder / "post-commit").chmod(0o755)
    assert commit(project) == (0, "pre-commit\ncommit-msg\ntomorrow\n")
    assert project.mlvc("hooks", "install").code == 0
    uninstall(project)
    assert commit(project) == (0, "pre-commit\ncommit-msg\ntomorrow\n")
    assert project.git("config", "core.hooksPath") == str(folder)
    assert not (project.path / ".git" / "mlvc" / "hooks").exists()


def test_a_folder_that_is_configured_later_is_told(project: Project) -> None:
    install(project)
    project.git("config", "core.hooksPath", ".husky")
    assert set(states(project).values()) == {"missing"}
    install(project)
    assert set(states(project).values()) == {"installed"}
    assert list((project.path / ".git" / "hooks").glob("pre-push")) == []


def test_they_are_told_as_json(project: Project) -> None:
    found = answer(project, "hooks", "install", "--merge-driver")
    assert found["installed"] and found["merge_driver"] and found["before"] == ""
    assert found["hooks"][0] == {"name": "pre-commit", "state": "installed", "before": ""}


def test_a_path_with_quotes_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", "/o'clock $(touch x)/python")
    path = tmp_path / "post-merge"
    path.write_bytes(script("post-merge"))
    path.chmod(0o755)
    done = run(path, "0", cwd=tmp_path)
    assert "needs /o'clock $(touch x)/python, which is gone" in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_python_without_mlvc_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    path = tmp_path / "pre-push"
    path.write_bytes(script("pre-push"))
    path.chmod(0o755)
    line = f"echo refs/tags/m@v1.0.0 1 refs/tags/m@v1.0.0 0 | {path} origin url"
    done = run("sh", "-c", line, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert f"needs mlvc in {python}, and it is gone: `mlvc hooks install`" in done.stderr


def test_doctor_tells_of_hooks_that_do_not_run(hooked: Project) -> None:
    hook = hooked.path / ".git" / "hooks" / "pre-push"
    assert hooked.mlvc("doctor").code == 0
    hook.unlink()
    done = hooked.mlvc("doctor")
    assert done.code == 1
    assert "hooks that mlvc installed do not run: pre-push (missing)" in done.out
