"""The command line: help, JSON, streams, colours, and where it is run from."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlvc.cli.verbs import VERBS
from tests.project import PYTHON, Project, run
from tests.releases import names, retrain

REPORTING = {
    "list": ("list",),
    "show": ("show",),
    "which": ("which",),
    "history": ("history",),
    "diff": ("diff", "0.1.0", "0.2.0"),
    "plot": ("plot", "f1"),
    "tag": ("tag", "--dry-run", "--allow-same"),
    "init": ("init",),
    "completion": ("completion", "bash"),
}


TAKES_NOTHING = {"recover"}


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_begins_with_what_it_does_and_has_examples(
    verb: str, tmp_path: Path
) -> None:
    done = run("mlvc", verb, "--help", cwd=tmp_path)
    usage, says = done.stdout.strip().split("\n\n")[:2]
    assert usage.startswith(f"Usage: mlvc {verb}") and says.strip()
    assert verb in TAKES_NOTHING or f"  mlvc {verb}" in done.stdout.partition("\n\n")[2]
    assert done.stderr == ""


def test_the_help_names_every_verb_and_the_version_is_told(tmp_path: Path) -> None:
    shown = run("mlvc", "--help", cwd=tmp_path).stdout
    for verb, says in VERBS.items():
        assert f"  {verb} " in shown and says[:40] in shown
    assert run("mlvc", "--version", cwd=tmp_path).stdout == "mlvc 0.1.0\n"
    bare = run("mlvc", cwd=tmp_path, check=False)
    assert bare.returncode == 2 and "Verbs" in bare.stdout


@pytest.mark.parametrize("args", REPORTING.values(), ids=REPORTING)
def test_every_reporting_verb_prints_one_json_document_of_a_schema(
    two_releases: Project, args: tuple[str, ...]
) -> None:
    done = two_releases.mlvc(*args, "--json")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert (document["schema"], document["kind"]) == (1, args[0])


def test_nothing_but_results_is_printed_where_quiet_is_asked_for(two_releases: Project) -> None:
    retrain(two_releases, "bias: 0.5", "bias: 0.6")
    loud = two_releases.mlvc("list")
    assert "HEAD is no release" in loud.err
    quiet = two_releases.mlvc("-q", "list")
    assert quiet.err == "" and quiet.out == loud.out


def test_an_error_shows_what_led_to_it_where_that_is_asked_for(two_releases: Project) -> None:
    assert "Traceback" not in two_releases.mlvc("show", "9.9.9").err
    assert "Traceback" in two_releases.mlvc("-v", "show", "9.9.9").err


@pytest.mark.parametrize("verb", ["list", "history", "completion"])
def test_a_pipe_that_closes_early_ends_quietly(two_releases: Project, verb: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [PYTHON, "-I", "-m", "mlvc", "-C", str(two_releases.path), verb]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.stderr == "" and done.returncode in (0, 1)


COLOUR = "\x1b["


@pytest.mark.parametrize(
    ("env", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["a terminal", "NO_COLOR", "a dumb terminal"],
)
def test_colour_is_for_terminals_that_want_it(
    built_two_releases: Project, env: dict[str, str], coloured: bool
) -> None:
    import pty

    master, slave = pty.openpty()
    command = [PYTHON, "-I", "-m", "mlvc", "-C", str(built_two_releases.path), "list"]
    plain = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    done = subprocess.run(
        command, stdout=slave, env={**plain, "TERM": "xterm", **env}, check=True, timeout=60
    )
    shown = os.read(master, 65536).decode()
    os.close(slave)
    os.close(master)
    assert done.returncode == 0 and "model@v0.2.0" in shown
    assert (COLOUR in shown) is coloured


def test_a_pipe_gets_no_colour(built_two_releases: Project) -> None:
    assert COLOUR not in built_two_releases.mlvc("list", env={"NO_COLOR": "", "TERM": "xterm"}).out


def test_a_terminal_that_cannot_show_an_arrow_gets_a_substitute(two_releases: Project) -> None:
    command = (sys.executable, "-m", "mlvc", "-C", two_releases.path, "diff", "0.1.0", "0.2.0")
    done = run(*command, cwd=two_releases.path, env={"PYTHONIOENCODING": "ascii"})
    assert "model@v0.1.0 \\u2192 model@v0.2.0" in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_takes_the_place_of_a_stream_that_is_closed(
    two_releases: Project, closed: str
) -> None:
    command = ["sh", "-c", f'"$0" -I -m mlvc rollback 0.1.0 --yes {closed}', PYTHON]
    done = subprocess.run(command, cwd=two_releases.path, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert two_releases.git("fsck", "--strict", "--no-dangling") == ""
    assert two_releases.dvc("status") == "Data and pipelines are up to date."


def test_verbs_work_from_a_subfolder_and_through_a_link(
    two_releases: Project, tmp_path: Path
) -> None:
    linked = tmp_path / "link"
    linked.symlink_to(two_releases.path / "data", target_is_directory=True)
    for folder in (two_releases.path / "data", linked):
        done = run("mlvc", "list", cwd=folder)
        assert "model@v0.2.0" in done.stdout
        done = run("mlvc", "-C", "..", "which", "model.bin", cwd=folder.resolve())
        assert done.stdout == "model@v0.2.0\n"


HOOK = """\
#!/bin/sh
mlvc -C {project} list > {project}/../listed 2>&1 || echo "ended with $?" >> {project}/../listed
mlvc -C {project} tag --allow-same > {project}/../tagged 2>&1
"""


def test_verbs_work_inside_a_hook_of_another_repository(
    two_releases: Project, tmp_path: Path
) -> None:
    other = Project(tmp_path / "other")
    other.path.mkdir()
    other.git("init", "--quiet")
    hook = other.write(".git/hooks/post-commit", HOOK.format(project=two_releases.path))
    hook.chmod(0o755)
    other.write("file", "x\n")
    # Git sets GIT_DIR and GIT_INDEX_FILE for a hook; they are of the other repository.
    other.git("add", "--all")
    run("git", "--git-dir", ".git", "--work-tree", ".", "commit", "-qm", "x", cwd=other.path)
    assert "model@v0.2.0  current" in (tmp_path / "listed").read_text()
    assert "Released model@v0.2.1" in (tmp_path / "tagged").read_text()
    assert other.git("tag") == ""
    assert names(two_releases) == ["model@v0.1.0", "model@v0.2.0", "model@v0.2.1"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_one_of_its_shell(built_project: Project, shell: str) -> None:
    done = built_project.mlvc("completion", shell)
    assert done.code == 0 and "_MLVC_COMPLETE" in done.out
    assert built_project.mlvc("completion", env={"SHELL": f"/bin/{shell}"}).out == done.out


def test_a_shell_completes_the_verbs(built_project: Project) -> None:
    words = {"_MLVC_COMPLETE": "complete_bash", "COMP_WORDS": "mlvc hi", "COMP_CWORD": "1"}
    assert run("mlvc", cwd=built_project.path, env=words).stdout.split() == ["history"]
    words = {**words, "COMP_WORDS": "mlvc tag --dr", "COMP_CWORD": "2"}
    assert run("mlvc", cwd=built_project.path, env=words).stdout.split() == ["--dry-run"]


def test_ctrl_c_ends_with_130_and_says_so(project: Project) -> None:
    # Git waits for its editor or, as here, for whoever signs: that is when people give up.
    program = project.path.parent / "slow"
    program.write_text(f"#!/bin/sh\ntouch {project.path.parent}/asked\nsleep 30\n")
    program.chmod(0o755)
    project.git("config", "gpg.program", str(program))
    command = [PYTHON, "-I", "-m", "mlvc", "-C", str(project.path), "tag", "--sign"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    import signal
    import time

    for _ in range(300):
        if (project.path.parent / "asked").exists():
            break
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "error: interrupted" in err and "Traceback" not in err
    assert project.git("tag") == "" and project.git("status", "--porcelain") == ""
