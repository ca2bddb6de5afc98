"""States in which a rollback refuses, having changed nothing, and what it says to do."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ops.rollback.conftest import retrain, tag
from tests.ops.rollback.states import assert_whole, kept, refused, rolled_back
from tests.project import Project, run


@contextmanager
def flocked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def conflict(project: Project) -> None:
    """Branch `side`, whose last commit cannot be merged, picked or rebased onto."""
    project.git("switch", "--quiet", "--create", "side")
    project.write("notes.txt", "side\n")
    project.commit("Side")
    project.git("switch", "--quiet", "main")
    project.write("notes.txt", "main\n")
    project.commit("Main")


@pytest.mark.parametrize("operation", ["merge", "rebase", "cherry-pick"])
def test_an_unfinished_operation_is_named(released: Project, operation: str) -> None:
    conflict(released)
    released.git(operation, "side", check=False)
    refused(released, "v0.1.0", code=1, says=(operation, f"git {operation} --abort"))


def test_an_unfinished_bisect_says_how_to_end_it(released: Project) -> None:
    released.git("bisect", "start")
    refused(released, "v0.1.0", code=1, says=("bisect", "git bisect reset"))


def test_an_unfinished_revert_is_named(released: Project) -> None:
    conflict(released)
    released.git("revert", "side", check=False)
    refused(released, "v0.1.0", code=1, says=("revert", "git revert --abort"))


def test_a_detached_head_needs_a_branch(released: Project) -> None:
    released.git("switch", "--quiet", "--detach")
    refused(released, "v0.1.0", code=1, says=("detached", "--branch NAME"))


def test_an_empty_repository_has_nothing_to_go_back_to(empty: Project) -> None:
    refused(empty, code=1, says=("no commits yet", "git commit"))


@pytest.mark.parametrize("args", [("v0.1.0",), ()])
def test_a_shallow_clone_says_which_fetch(released: Project, args: tuple[str, ...]) -> None:
    shallow = Project(released.path.parent / "shallow")
    run(
        "git",
        "clone",
        "-q",
        "--depth=1",
        f"file://{released.path}",
        shallow.path,
        cwd=released.path,
    )
    refused(shallow, *args, code=13, says=("git fetch --unshallow --tags",))


def test_the_first_release_has_no_last_good_one(released: Project) -> None:
    rolled_back(released, "v0.1.0")
    refused(released, "--yes", code=13, says=("no last good release of model", "mlvc list"))


def test_where_there_is_no_other_release_none_is_said_to_be_listed(project: Project) -> None:
    then = "; a commit will do, too: `mlvc rollback REV`.\n"
    done = refused(project, code=13, says=("no last good release",))
    assert done.err.endswith(f"hint: There are no releases yet{then}")
    tag(project)
    done = refused(project, code=13, says=("no last good release",))
    assert done.err.endswith(f"hint: There is no other release{then}")
    assert project.mlvc("promote", "v0.1.0", "production").code == 0
    done = refused(project, "--env", "production", code=13, says=("no last good release",))
    assert done.err.endswith("hint: There is no other release.\n")


def test_what_is_no_release_and_no_commit_is_missing(released: Project) -> None:
    refused(released, "v9.9.9", code=13, says=("v9.9.9", "v0.3.0"))
    refused(released, "nowhere", code=13, says=("nowhere",))


@pytest.mark.parametrize("name", ["-x", "a..b", "a b", "a\nb", "refs/../x", ""])
def test_a_bad_branch_name_is_refused(released: Project, name: str) -> None:
    refused(released, "v0.1.0", f"--branch={name}", code=2, says=("cannot name a branch",))


def test_a_branch_name_that_is_taken_is_refused(released: Project) -> None:
    refused(released, "v0.1.0", "--branch", "main", code=1, says=("branch main exists",))


def test_a_branch_below_another_is_refused(released: Project) -> None:
    before = released.git("for-each-ref"), released.read("train.py")
    done = released.mlvc("rollback", "v0.1.0", "--branch", "main/more")
    assert done.code == 1 and "main" in done.err, done.err
    assert (released.git("for-each-ref"), released.read("train.py")) == before
    assert_whole(released)


def test_an_unknown_scope_is_a_usage_error(released: Project) -> None:
    refused(released, "v0.1.0", "--scope", "all", code=2, says=("lineage, artifact, tree",))


@pytest.mark.parametrize("path", ["train.py", "params.yaml", "data/raw.csv", "metrics.json"])
def test_a_dirty_file_of_the_lineage_is_in_the_way(released: Project, path: str) -> None:
    released.write(path, released.read(path) + "\n")
    refused(released, "v0.1.0", code=12, says=(path, "--force"))
    released.git("add", path)
    refused(released, "v0.1.0", code=12, says=(path, "--force"))


def test_a_dirty_model_is_in_the_way(released: Project) -> None:
    released.write("model.bin", "trained by hand\n")
    refused(released, "v0.1.0", code=12, says=("model.bin", "--force"))


def test_a_file_of_the_users_inside_a_folder_model_is_in_the_way(foldered: Project) -> None:
    foldered.write("model/notes.txt", "mine\n")
    refused(foldered, "v0.1.0", code=12, says=("model", "--force"))


@pytest.mark.parametrize("path", ["notes.txt", "notes.txt/deep"])
@pytest.mark.parametrize("ignored", [False, True])
def test_an_untracked_file_where_one_is_restored_is_in_the_way(
    released: Project, path: str, ignored: bool
) -> None:
    released.git("rm", "--quiet", "notes.txt")
    released.git("commit", "--quiet", "--message", "No notes")
    if ignored:
        released.write(".git/info/exclude", "/notes.txt\n")
    released.write(path, "mine\n")
    refused(released, "v0.1.0", "--scope", "tree", code=12, says=("notes.txt", "--force"))
    done = rolled_back(released, "v0.1.0", "--scope", "tree", "--force")
    saved = done.out.split("saved what was in the way: ")[1].splitlines()[0]
    target = Path(saved) if Path(saved).is_file() else Path(saved) / "deep"
    assert target.read_text() == "mine\n"
    assert released.read("notes.txt") == "unrelated\n"


def test_force_saves_what_is_in_the_way_and_says_where(released: Project) -> None:
    mine = {"train.py": "mine\n", "model.bin": "trained by hand\n", "params.yaml": "half: [\n"}
    for path, text in mine.items():
        released.write(path, text)
    done = rolled_back(released, "v0.1.0", "--force")
    said = [line.split(": ", 1)[1] for line in done.out.splitlines() if "in the way" in line]
    assert sorted(Path(path).read_text() for path in said) == sorted(mine.values())
    assert_whole(released)


def test_a_held_index_is_locked(released: Project) -> None:
    lock = released.path / ".git/index.lock"
    lock.write_bytes(b"another git")
    done = released.mlvc("rollback", "v0.1.0")
    assert done.code == 11 and "index.lock" in done.err, done.err
    assert lock.read_bytes() == b"another git"
    lock.unlink()
    assert_whole(released)
    assert released.git("log", "-1", "--format=%s") == "Retrain: bias: 0.7"


def test_another_mlvc_at_work_is_named(released: Project) -> None:
    with flocked(released.path / ".git/mlvc/lock"):
        refused(released, "v0.1.0", code=11, says=("held by", "run this again"))


def test_a_dvc_at_work_is_waited_for_by_the_user(released: Project) -> None:
    with flocked(released.path / ".dvc/tmp/lock"):
        refused(released, "v0.1.0", code=11, says=("DVC", "run again"))


def test_without_an_identity_it_says_how_to_set_one(released: Project) -> None:
    config = released.path.parent / "nobody"
    config.write_text("[user]\n    useConfigOnly = true\n")
    env = {"GIT_CONFIG_GLOBAL": str(config)}
    refused(released, "v0.1.0", code=1, says=("who you are", "git config user.name"), env=env)


def test_a_failing_json_run_prints_the_error_as_json(released: Project) -> None:
    done = refused(released, "v9.9.9", "--json", code=13, says=('"kind": "error"', '"exit": 13'))
    assert done.out == ""


def test_a_dry_run_changes_no_byte(released: Project) -> None:
    before = kept(released)
    done = released.mlvc("rollback", "v0.1.0", "--dry-run")
    assert done.code == 0, done.err
    for path in ("train.py", "params.yaml", "data/raw.csv", "dvc.lock", "model.bin"):
        assert path in done.out
    assert "commit hooks do not run" in done.out
    assert released.mlvc("rollback", "v0.1.0", "--dry-run", "--json").code == 0
    assert kept(released) == before


def test_two_models_ask_which(released: Project) -> None:
    text = released.read("dvc.yaml") + "  other:\n    path: predictions.csv\n"
    released.write("dvc.yaml", text)
    released.commit("Another model")
    refused(released, code=2, says=("there are 2 models", "`--model model`"))
    refused(released, "other", "--yes", code=13, says=("no last good release of other",))
    tag(released, "model@0.4.0", "--allow-same")
    retrain(released, "bias: 0.7", "bias: 0.9")
    done = rolled_back(released, "model", "--yes", "--with-models", "other")
    assert "model@v0.4.0" in done.out
