from mlvc.hooks.driver import command
from tests.project import Project, run


def ran(project: Project, branch: str, path: str, old: str, new: str) -> None:
    """On a new branch, change a file, run the pipeline and commit."""
    project.git("switch", "--quiet", "--create", branch, "main")
    project.write(path, project.read(path).replace(old, new))
    project.dvc("repro", "--quiet")
    project.commit(f"{new} on {branch}")


def test_two_branches_that_ran_different_stages_merge_and_all_is_up_to_date(
    hooked: Project,
) -> None:
    ran(hooked, "one", "params.yaml", "threshold: 0.0", "threshold: 5.0")
    ran(hooked, "two", "report.py", "'one'", "'two'")
    hooked.git("merge", "--quiet", "-m", "Both", "one")
    # The hook post-merge has brought what the other branch made.
    assert hooked.dvc("status") == "Data and pipelines are up to date."
    assert hooked.dvc("repro", "--dry").count("didn't change") == 4
    assert hooked.read("report.txt") == "two"


def test_the_same_stage_is_a_clear_conflict_that_a_repro_ends(hooked: Project) -> None:
    ran(hooked, "one", "params.yaml", "threshold: 0.0", "threshold: 5.0")
    ran(hooked, "two", "evaluate.py", "Accuracy,", "The accuracy,")
    done = run("git", "merge", "one", cwd=hooked.path, check=False)
    assert done.returncode == 1
    said = "mlvc: dvc.lock: both sides ran evaluate anew: keep one of the two, then `dvc repro`\n"
    assert said in done.stderr
    lock = hooked.read("dvc.lock")
    assert lock.count("\n  evaluate:\n") == 2 and lock.count("\n  train:\n") == 1
    assert lock.index("<<<<<<< ours\n  evaluate:") < lock.index("=======\n  evaluate:")
    hooked.git("checkout", "--ours", "dvc.lock")
    hooked.dvc("repro", "--quiet")
    hooked.commit("Both")
    assert hooked.dvc("status") == "Data and pipelines are up to date."


def test_what_is_no_lock_is_merged_by_line(hooked: Project) -> None:
    for branch, text in (("one", "1\n2\n4\n"), ("two", "0\n1\n2\n")):
        hooked.git("switch", "--quiet", "--create", branch, "main")
        hooked.write("sub/dvc.lock", text)
        hooked.git("add", "sub/dvc.lock")
        hooked.git("commit", "--no-verify", "-m", branch)
    done = run("git", "merge", "one", cwd=hooked.path, check=False)
    assert done.returncode == 1
    assert hooked.read("sub/dvc.lock").startswith("<<<<<<< ours\n0\n")


def test_it_goes_as_it_came(hooked: Project) -> None:
    attributes = hooked.path / ".git" / "info" / "attributes"
    attributes.write_text("*.txt text\ndvc.lock merge=mlvc-dvc-lock\n")
    assert hooked.mlvc("hooks", "uninstall").code == 0
    assert attributes.read_text() == "*.txt text\n"
    assert not hooked.git("config", "--get-regexp", "^merge", check=False)


def test_where_mlvc_is_gone_it_is_merged_by_line(hooked: Project) -> None:
    hooked.git("config", "merge.mlvc-dvc-lock.driver", command("/100% gone/python"))
    for branch, text in (("one", "1\n2\n4\n"), ("two", "0\n1\n2\n")):
        hooked.git("switch", "--quiet", "--create", branch, "main")
        hooked.write("sub/dvc.lock", text)
        hooked.git("add", "sub/dvc.lock")
        hooked.git("commit", "--no-verify", "-m", branch)
    assert run("git", "merge", "one", cwd=hooked.path, check=False).returncode == 1
    assert hooked.read("sub/dvc.lock").startswith("<<<<<<< ours\n0\n")
