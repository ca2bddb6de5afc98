"""Bad input: one clear message with the next step, its exit code, and nothing changed."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.project import PYTHON, Answer, Project
from tests.releases import state

NO_MODEL = "stages: {}\n"
TWO = "artifacts:\n  one: {path: README}\n  two: {path: README}\n"


class Case(NamedTuple):
    """What is typed, the exit code, and words that the message must have."""

    args: tuple[str | bytes, ...]
    code: int
    words: tuple[str, ...]


def mlvc(folder: Path, *args: str | bytes) -> Answer:
    """Run mlvc with arguments of any bytes."""
    command = [PYTHON, "-I", "-m", "mlvc", "-C", str(folder), *args]
    done = subprocess.run(
        command, cwd=os.environ["HOME"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def assert_refused(project: Project, case: Case) -> None:
    before = state(project)
    done = mlvc(project.path, *case.args)
    assert (done.code, done.out) == (case.code, ""), done.err
    assert done.err.startswith("error: ") and "\nhint: " in done.err
    assert "Traceback" not in done.err
    for word in case.words:
        assert word in done.err
    assert state(project) == before


TYPED = {
    "a version that exists": Case(("tag", "0.2.0", "--allow-same"), 1, ("exists already", "0.2.1")),
    "not SemVer": Case(("tag", "1.2"), 2, ("'1.2' is not a version", "MAJOR.MINOR.PATCH")),
    "not SemVer for a model": Case(("tag", "model@1.x"), 2, ("'1.x' is not a version",)),
    "latest is no version": Case(("tag", "model@latest"), 2, ("'latest' is not a version",)),
    "no version of that number": Case(("show", "9.9.9"), 13, ("no release v9.9.9", "v0.2.0")),
    "a misspelt model": Case(("list", "modle"), 13, ("no model 'modle'", "Did you mean 'model'")),
    "an unknown model": Case(("history", "fraud"), 13, ("no model 'fraud'", "Models: model")),
    "a dash in front": Case(("show", "--", "-rf"), 2, ("'-rf' names no release",)),
    "a model with a dash in front": Case(("tag", "--", "-x@1.0.0"), 2, ("'-x@1.0.0' names no",)),
    "two dots": Case(("diff", "main..main", "HEAD"), 2, ("'main..main' names no release",)),
    "a newline": Case(("which", "model\nx"), 2, (r"'model\nx' names no release",)),
    "not UTF-8": Case(("show", b"\xff\xfe"), 2, (r"'\udcff\udcfe' names no release",)),
    "a model not UTF-8": Case(("list", b"\xff"), 13, ("there is no model",)),
    "a message not UTF-8": Case(("tag", "-m", b"\xff", "--allow-same"), 2, ("UTF-8",)),
    "a path not UTF-8": Case(("init", "--model", "m", "--path", b"\xff"), 2, ("is no path",)),
    "an empty name": Case(("show", ""), 2, ("'' names no release",)),
    "no such revision": Case(("show", "nowhere"), 13, ("'nowhere' names no release",)),
    "no such file": Case(("which", "other.bin"), 13, ("'other.bin' is neither a file here nor",)),
    "no part of a version": Case(("tag", "--bump", "tiny"), 2, ("'tiny'", "auto, major")),
    "no label": Case(("tag", "--pre", "1", "--allow-same"), 2, ("'1' is not a prerelease label",)),
    "a version and a part": Case(("tag", "1.0.0", "--bump", "major"), 2, ("1.0.0 is a version",)),
    "nothing new": Case(("tag",), 1, ("that of model@v0.2.0", "--allow-same")),
    "an unknown verb": Case(("lst",), 2, ("No such command 'lst'", "Did you mean 'list'")),
    "an unknown option": Case(("list", "--jsn"), 2, ("No such option", "--json")),
    "an argument too many": Case(("list", "a", "b"), 2, ("mlvc list --help",)),
    "an argument too few": Case(("diff",), 2, ("A", "mlvc diff --help")),
    "an unknown template": Case(("init", "--template", "cars"), 2, ("no template 'cars'",)),
    "a model without a path": Case(("init", "--model", "x"), 2, ("a name and a path",)),
    "a bad model name": Case(("init", "--model", "a b", "--path", "x"), 2, ("is not a model",)),
    "an absolute path": Case(("init", "--model", "x", "--path", "/x"), 2, ("'/x' is no path",)),
    "a path outside": Case(("init", "--model", "x", "--path", "../x"), 2, ("'../x' is no path",)),
    "no such folder": Case(("-C", "/nowhere", "list"), 2, ("/nowhere is not a folder", "-C")),
    "a file for a folder": Case(("-C", "/etc/hostname", "list"), 2, ("is not a folder",)),
    "an unknown shell": Case(("completion", "tcsh"), 2, ("no completion for 'tcsh'", "bash")),
}


@pytest.mark.parametrize("case", TYPED.values(), ids=TYPED)
def test_what_is_typed_wrong_is_refused(built_two_releases: Project, case: Case) -> None:
    assert_refused(built_two_releases, case)


def test_an_error_is_one_json_object_where_json_is_asked_for(built_two_releases: Project) -> None:
    for args in (("show", "9.9.9"), ("tag", "--bump", "tiny"), ("lst",), ("list", "--jsn")):
        done = mlvc(built_two_releases.path, *args, "--json")
        error = json.loads(done.err)
        assert error["schema"] == 1 and error["kind"] == "error"
        assert error["exit"] == done.code != 0
        assert error["message"] and error["hint"] and done.out == ""


def commit_file(path: str, text: str) -> Callable[[Project], None]:
    def arrange(project: Project) -> None:
        project.write(path, text)
        project.commit(f"Change {path}")

    return arrange


def change_params(text: str) -> Callable[[Project], None]:
    def arrange(project: Project) -> None:
        commit_file("params.yaml", project.read("params.yaml") + text)(project)

    return arrange


def change_metrics(text: str) -> Callable[[Project], None]:
    def arrange(project: Project) -> None:
        change_params("mlvc: {gates: [{metric: accuracy, min: 0.1}]}\n")(project)
        project.write("metrics.json", text)
        project.dvc("commit", "--quiet", "--force", "evaluate")
        project.commit("Other metrics")

    return arrange


def no_metrics(project: Project) -> None:
    change_params("mlvc: {gates: [{metric: accuracy, min: 0.1}]}\n")(project)
    project.write(".gitignore", project.read(".gitignore") + "/metrics.json\n")
    project.git("rm", "--quiet", "--cached", "metrics.json")
    project.commit("Metrics are not in Git")


def merging(project: Project) -> None:
    project.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    commit_file("other.txt", "x\n")(project)
    project.git("merge", "--quiet", "--no-commit", "--no-ff", "main")


def rebasing(project: Project) -> None:
    project.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    project.write("params.yaml", project.read("params.yaml").replace("1.0", "7.0"))
    project.commit("Conflict")
    project.git("rebase", "--quiet", "main", check=False)


def cherry_picking(project: Project) -> None:
    rebasing(project)
    project.git("rebase", "--abort")
    project.git("cherry-pick", "main", check=False)


def reverting(project: Project) -> None:
    commit_file("params.yaml", project.read("params.yaml").replace("2.0", "7.0"))(project)
    project.git("revert", "--no-edit", "HEAD~1", check=False)


def bisecting(project: Project) -> None:
    project.git("bisect", "start", "HEAD", "HEAD~1")


def missing_object(project: Project) -> None:
    value = next(
        line.split()[-1] for line in _lock_after(project, "path: model.bin") if "md5:" in line
    )
    (project.path / ".dvc/cache/files/md5" / value[:2] / value[2:]).unlink()


def corrupt_object(project: Project) -> None:
    value = next(
        line.split()[-1] for line in _lock_after(project, "path: model.bin") if "md5:" in line
    )
    target = project.path / ".dvc/cache/files/md5" / value[:2] / value[2:]
    data = target.read_bytes()
    target.chmod(0o644)
    target.write_bytes(data[:-2] + b"!\n")
    target.chmod(0o444)


def _lock_after(project: Project, text: str) -> list[str]:
    return project.read("dvc.lock").partition(text)[2].splitlines()


def dirty_code(project: Project) -> None:
    project.write("train.py", project.read("train.py") + "\n")


def broken_gates(project: Project) -> None:
    project.write("params.yaml", "mlvc:\n  gates: [\n")


def ignored_code(project: Project) -> None:
    project.git("rm", "--quiet", "--cached", "train.py")
    project.write(".gitignore", project.read(".gitignore") + "/train.py\n")
    project.commit("Code is not in Git")


def staged_params(project: Project) -> None:
    project.set_param("bias: 0.5", "bias: 0.6")
    project.git("add", "params.yaml")


def stale_lock(project: Project) -> None:
    commit_file("train.py", project.read("train.py") + "\n")(project)


def other_model(project: Project) -> None:
    project.write("model.bin", "not what the lock says\n")


def lightweight(project: Project) -> None:
    project.git("tag", "model@v5.0.0")


def never_made(project: Project) -> None:
    text = project.read("dvc.yaml").replace("path: model.bin", "path: none.bin")
    commit_file("dvc.yaml", text)(project)


Arranged = tuple[Callable[[Project], None], Case]
ARRANGED: dict[str, Arranged] = {
    "no artifacts": (
        lambda p: commit_file("dvc.yaml", p.read("dvc.yaml").partition("artifacts:")[0])(p),
        Case(("tag", "--allow-same"), 1, ("no model 'model'", "artifacts:")),
    ),
    "two models and none named": (
        commit_file("more/dvc.yaml", TWO),
        Case(("tag",), 2, ("there are 3 models: model, more=one, more=two", "Say which")),
    ),
    "two models and none to show": (
        commit_file("more/dvc.yaml", TWO),
        Case(("show",), 2, ("there are 3 models: model, more=one, more=two", "Say which")),
    ),
    "a model that was never made": (
        never_made,
        Case(("tag",), 1, ("none.bin has never been made", "dvc repro")),
    ),
    "a name that is no name of a model": (
        commit_file("more/dvc.yaml", "artifacts:\n  a.b: {path: ../train.py}\n"),
        Case(("tag", "more=a.b"), 2, ("'more=a.b'",)),
    ),
    "code that is not committed": (
        dirty_code,
        Case(("tag",), 12, ("uncommitted changes in the lineage: train.py", "Commit")),
    ),
    "parameters that are staged only": (
        staged_params,
        Case(("tag",), 12, ("uncommitted changes in the lineage: params.yaml",)),
    ),
    "code that Git ignores": (
        ignored_code,
        Case(("tag",), 1, ("stage train reads train.py, which neither", "git add --force")),
    ),
    "a lock that is behind the code": (
        stale_lock,
        Case(("tag",), 12, ("dvc.lock does not agree", "train", "train.py", "dvc repro")),
    ),
    "a model that is not what the lock says": (
        other_model,
        Case(("tag",), 12, ("dvc.lock does not agree", "model.bin")),
    ),
    "a missing object": (
        missing_object,
        Case(("tag", "--allow-same"), 13, ("of model.bin is missing", "dvc push")),
    ),
    "a corrupt object": (
        corrupt_object,
        Case(("tag", "--allow-same"), 14, ("of model.bin is corrupt", "dvc fetch")),
    ),
    "a merge": (merging, Case(("tag",), 1, ("a merge is in progress", "git status"))),
    "a rebase": (rebasing, Case(("tag",), 1, ("a rebase is in progress",))),
    "a cherry-pick": (cherry_picking, Case(("tag",), 1, ("a cherry-pick is in progress",))),
    "a revert": (reverting, Case(("tag",), 1, ("a revert is in progress",))),
    "a bisect": (bisecting, Case(("tag",), 1, ("a bisect is in progress",))),
    "a lightweight tag": (
        lightweight,
        Case(("show", "5.0.0"), 13, ("tag model@v5.0.0 is lightweight", "Delete the tag")),
    ),
    "a version that a lightweight tag has": (
        lightweight,
        Case(("tag", "5.0.0", "--allow-same"), 1, ("model@v5.0.0 exists already",)),
    ),
    "an unknown setting": (
        change_params("mlvc: {gats: []}\n"),
        Case(("tag", "--allow-same"), 1, ("params.yaml: mlvc.gats", "Did you mean gates")),
    ),
    "gates that are no YAML are not taken for no gates": (
        broken_gates,
        Case(("gate", "HEAD"), 1, ("params.yaml is not YAML", "Mend params.yaml")),
    ),
    "settings that are there twice": (
        change_params("mlvc: {gates: [{metric: accuracy, min: 0.99}]}\nmlvc: {gates: []}\n"),
        Case(("gate", "HEAD"), 1, ("params.yaml: mlvc is there twice, in lines 6 and 7",)),
    ),
    "parameters that are no YAML": (
        commit_file("params.yaml", "train: [\n"),
        Case(("tag", "--allow-same"), 1, ("params.yaml",)),
    ),
    "a day that there is none": (
        change_params("since: 2023-02-30\n"),
        Case(("gate", "HEAD"), 1, ("params.yaml is not YAML: day is out of range",)),
    ),
    "a day that there is none, at HEAD": (
        change_params("since: 2023-02-30\n"),
        Case(("rollback", "v0.1.0"), 1, ("params.yaml of ", "is not YAML: day is out of range")),
    ),
    "parameters that are nested without end": (
        change_params(f"deep: {'[' * 3000}\n"),
        Case(("tag", "--allow-same"), 1, ("params.yaml is not YAML: ",)),
    ),
    "gates beside a key that only YAML 1.2 has are not taken for no gates": (
        change_params("? [1]\n: 2\nmlvc: {gates: [{metric: accuracy, min: 2}]}\n"),
        Case(("tag", "--allow-same"), 3, ("accuracy",)),
    ),
    "a dvc.yaml that is no YAML": (
        commit_file("dvc.yaml", "stages: [\n"),
        Case(("tag", "--allow-same"), 1, ("dvc.yaml",)),
    ),
    "a dvc.yaml that is not DVC's": (
        commit_file("dvc.yaml", "stages: {train: {comd: x}}\n"),
        Case(("which",), 1, ("dvc.yaml",)),
    ),
    "metrics that are absent": (
        no_metrics,
        Case(("tag", "--allow-same"), 1, ("metrics file metrics.json is absent", "dvc repro")),
    ),
    "metrics that are no JSON": (
        change_metrics("accuracy = 1\n"),
        Case(("tag", "--allow-same"), 1, ("metrics.json: this is not a JSON object",)),
    ),
    "metrics that hold NaN": (
        change_metrics('{"accuracy": NaN}\n'),
        Case(("tag", "--allow-same"), 1, ("metrics.json: metric accuracy is not finite",)),
    ),
}


@pytest.mark.parametrize(("arrange", "case"), ARRANGED.values(), ids=ARRANGED)
def test_a_repository_that_is_not_fit_is_refused(
    two_releases: Project, arrange: Callable[[Project], None], case: Case
) -> None:
    arrange(two_releases)
    assert_refused(two_releases, case)


def no_git(project: Project) -> None:
    project.path.mkdir()


def bare(project: Project) -> None:
    no_git(project)
    project.git("init", "--quiet", "--bare")


def no_dvc(project: Project) -> None:
    no_git(project)
    project.git("init", "--quiet")


def no_commits(project: Project) -> None:
    no_dvc(project)
    project.dvc("init", "--quiet")


def no_models(project: Project) -> None:
    no_commits(project)
    project.commit("Nothing but DVC")


ELSEWHERE: dict[str, Arranged] = {
    "no repository": (no_git, Case(("list",), 10, ("not in a Git worktree", "git init"))),
    "no repository to init": (
        no_git,
        Case(("init",), 10, ("not in a Git worktree", "git init")),
    ),
    "a bare repository": (bare, Case(("list",), 10, ("not in a Git worktree",))),
    "no DVC": (no_dvc, Case(("list",), 10, ("a Git repository without DVC", "mlvc init"))),
    "no commits to list": (no_commits, Case(("list",), 1, ("no commits yet", "git commit"))),
    "no commits to tag": (no_commits, Case(("tag",), 1, ("no commits yet", "git commit"))),
    "no models to tag": (no_models, Case(("tag",), 1, ("no model is declared", "mlvc init"))),
    "no models to show": (no_models, Case(("show",), 1, ("no model is declared", "mlvc init"))),
}


@pytest.mark.parametrize(("arrange", "case"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_place_that_is_no_project_is_refused(
    tmp_path: Path, arrange: Callable[[Project], None], case: Case
) -> None:
    project = Project(tmp_path / "place")
    arrange(project)
    assert_refused(project, case)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_says_how_to_trust_it(project: Project) -> None:
    os.chown(project.path, 12345, 12345)
    os.chown(project.path / ".git", 12345, 12345)
    done = mlvc(project.path, "list")
    assert done.code == 1
    assert "belongs to another user" in done.err and "safe.directory" in done.err


def test_a_shallow_clone_lists_what_it_has_and_says_what_to_fetch(
    two_releases: Project, tmp_path: Path
) -> None:
    clone = Project(tmp_path / "clone")
    url = f"file://{two_releases.path}"
    two_releases.git("clone", "--quiet", "--depth", "1", url, str(clone.path))
    listed = clone.mlvc("list")
    assert listed.code == 0
    assert "this clone is shallow" in listed.err and "git fetch --unshallow --tags" in listed.err
    assert_refused(clone, Case(("tag",), 13, ("this clone is shallow", "--unshallow --tags")))
    words = ("no release v0.1.0", "shallow", "git fetch --unshallow --tags")
    assert_refused(clone, Case(("show", "0.1.0"), 13, words))
    clone.git("fetch", "--quiet", "--unshallow", "--tags")
    listed = clone.mlvc("list")
    assert "model@v0.1.0" in listed.out and listed.err == ""
