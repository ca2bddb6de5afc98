"""What goes wrong in a reproduction: one clear line, and nothing is left of it."""

from pathlib import Path

from tests.ops.evaluation.released import graft, state, worktrees
from tests.ops.evaluation.test_eval_isolation import HANGING, all_end, hang
from tests.ops.reproduction.asking import change
from tests.project import Project


def logs(project: Project) -> list[Path]:
    return list((project.path / ".git/mlvc/logs").iterdir())


def test_a_stage_that_fails_is_told_with_its_log_and_what_was_different_before(
    project: Project,
) -> None:
    change(project, "train.py", 'Path("model.bin")', 'lines.append("end")\nPath("model.bin")')
    project.write("evaluate.py", "raise ValueError('the judge is ill')\n")
    project.commit("Ill")
    done = project.mlvc("reproduce")
    assert done.code == 1
    assert done.out == ""
    said = done.err.splitlines()[-2:]
    assert said[0] == (
        "error: stage evaluate failed: ValueError: the judge is ill (before that, model.bin of"
        " stage train came out different: line 202, recorded nothing, now end)"
    )
    (log,) = logs(project)
    assert said[1] == f"hint: All that it printed is in {log}."
    assert "Traceback" in log.read_text()
    assert worktrees(project) == [str(project.path)]


def test_stages_that_do_not_end_in_time_are_ended(project: Project) -> None:
    project.write("prepare.py", "import time\nprint('waiting', flush=True)\ntime.sleep(300)\n")
    project.commit("Waits")
    before = state(project)
    done = project.mlvc("reproduce", "--timeout", "4")
    assert done.code == 1
    assert "error: the stages did not end within 4 seconds: prepare was ended" in done.err
    (log,) = logs(project)
    assert str(log) in done.err
    assert "waiting" in log.read_text()
    assert worktrees(project) == [str(project.path)]
    assert state(project) == before


def test_a_killed_reproduction_ends_its_stage_and_recover_clears_the_rest(
    project: Project, tmp_path: Path
) -> None:
    project.write("prepare.py", HANGING)
    project.commit("Hangs")
    before = state(project)
    with hang(project, tmp_path, "reproduce") as (process, pids):
        assert project.mlvc("eval").code == 11  # one at a time: both make worktrees
        process.kill()
        process.communicate()
        assert all_end(pids)
    assert len(worktrees(project)) > 1
    assert project.mlvc("recover").code == 0
    assert worktrees(project) == [str(project.path)]
    assert state(project) == before
    assert project.git("fsck", "--strict", "--no-dangling") == ""


def test_code_that_no_branch_and_no_release_leads_to_is_not_run(project: Project) -> None:
    commit = graft(project, "fork", {"prepare.py": "raise ValueError('it has run')\n"})
    project.git("update-ref", "-d", "refs/heads/fork")
    done = project.mlvc("reproduce", commit)
    assert done.code == 1
    assert "this runs code of that commit" in done.err and "`--trust`" in done.err
    assert "it has run" not in done.err
    assert "it has run" in project.mlvc("reproduce", commit, "--trust").err
