"""No finding of zizmor (pedantic), actionlint and the schemas: ours, and what `init` writes."""

import shutil
from pathlib import Path

import pytest

from mlvc.github.credentials import KINDS, Credentials
from mlvc.github.workflows import FOLDER, Known, rendered
from tests.project import run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own, and those of each kind of DVC remote, each in a repository's folders."""
    top = tmp_path_factory.mktemp("collected")
    shutil.copytree(ROOT / FOLDER, top / "own" / FOLDER)
    shutil.copy(ROOT / "action.yml", top / "own")
    for kind, found in {"none": Credentials(), **KINDS}.items():
        home = top / kind / FOLDER
        home.mkdir(parents=True)
        known = Known(
            "python -m pip install -r a.txt", "3.11", ("production", "eu/canary"), found, kind
        )
        for name, text in rendered(known).items():
            (home / name).write_text(text, encoding="utf-8")
    return top


def workflows(top: Path) -> list[Path]:
    return sorted(top.glob(f"*/{FOLDER}/*.yml"))


def test_zizmor_finds_nothing(collected: Path) -> None:
    done = run("zizmor", "--offline", "--pedantic", "--no-ignores", "-q", collected, cwd=collected)
    assert "No findings to report" in done.stdout + done.stderr


def test_zizmor_would_find_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(
        "on: pull_request_target\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo"
        " ${{ github.event.pull_request.title }}'}]}}\n"
    )
    done = run("zizmor", "--offline", "-q", "bad.yml", cwd=tmp_path, check=False)
    assert done.returncode != 0 and "template-injection" in done.stdout


def test_actionlint_finds_nothing(collected: Path) -> None:
    for home in sorted(path for path in collected.iterdir()):
        files = sorted((home / FOLDER).glob("*.yml"))
        assert files
        run("jactionlint", "--shellcheck=", *files, cwd=home)


def test_they_fit_the_schemas(collected: Path) -> None:
    schemas = {"workflows": workflows(collected), "actions": [collected / "own" / "action.yml"]}
    for name, files in schemas.items():
        run("check-jsonschema", "--builtin-schema", f"vendor.github-{name}", *files, cwd=collected)


@pytest.mark.parametrize("word", ["pull_request_target", "actions/cache", "@v", "main\n"])
def test_no_action_is_used_by_a_name_that_can_move(collected: Path, word: str) -> None:
    uses = [
        line
        for path in [*workflows(collected), collected / "own" / "action.yml"]
        for line in path.read_text().splitlines(keepends=True)
        if "uses:" in line or line.startswith("on:")
    ]
    assert uses and not [line for line in uses if word in line]
