"""The tutorial, told whole; and what happens when a claim of it does not hold."""

import re
import subprocess
from pathlib import Path

import pytest

from mlvc.demo.stage import Stage
from mlvc.errors import MlvcError
from tests.project import PYTHON, run


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a finished demo, and all that it printed."""
    folder = tmp_path_factory.mktemp("demo") / "flights"
    done = run(PYTHON, "-I", "-m", "mlvc", "demo", str(folder), cwd=folder.parent)
    return folder, done.stdout


def test_the_demo_ends_with_the_model_of_the_release_before(told: tuple[Path, str]) -> None:
    folder, said = told
    assert "✗" not in said
    assert said.count("✓") >= 8
    done = run(PYTHON, "-I", "-m", "mlvc", "-C", folder, "which", cwd=folder)
    assert done.stdout == "flights@v0.2.0\n"
    assert run("git", "status", "--porcelain", cwd=folder).stdout == ""
    run("git", "fsck", "--strict", cwd=folder)


def test_the_demo_prints_commands_that_can_be_typed(told: tuple[Path, str]) -> None:
    _, said = told
    commands = [line[2:] for line in said.splitlines() if line.startswith("$ ")]
    assert {command.split()[0] for command in commands} <= {
        *("cd", "git", "dvc", "mlvc", "sed", "sha256sum", "shasum"),
    }
    assert 'mlvc rollback --reason "F1 and recall fell in December"' in commands


def test_the_readme_shows_what_the_demo_prints(told: tuple[Path, str]) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    transcript = readme.split("```console\n")[1].split("```")[0]
    shown = {_same_for_all(line) for line in transcript.splitlines() if line[:1] not in ("", "$")}
    assert shown <= {_same_for_all(line) for line in told[1].splitlines()}


def _same_for_all(line: str) -> str:
    """The line without what differs from run to run: commit ids."""
    return re.sub(r"\b[0-9a-f]{10}\b", "COMMIT", line.strip())


def test_a_folder_with_something_in_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("precious")
    done = run(PYTHON, "-I", "-m", "mlvc", "demo", "mine", cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert (tmp_path / "mine/file").read_text() == "precious"


def test_an_unexpected_ending_of_a_command_stops_the_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MlvcError, match="ended with 1 instead of 0"):
        Stage(tmp_path).run("git config no.such.key")
    assert "$ git config no.such.key" in capsys.readouterr().out


def test_a_claim_that_does_not_hold_stops_the_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MlvcError, match="does not hold"):
        Stage(tmp_path).check("the earth is flat", holds=False)
    assert "✗ the earth is flat" in capsys.readouterr().out


def test_stages_find_the_python_that_runs_mlvc(tmp_path: Path) -> None:
    found = Stage(tmp_path).ask("python -c 'import sys; print(sys.executable)'")
    wanted = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert Path(found).is_relative_to(wanted)
