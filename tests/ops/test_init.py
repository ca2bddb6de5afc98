"""`mlvc init`: a repository is ready, and nothing that was there is lost."""

import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.project import PYTHON, Project, run
from tests.releases import answer, state

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bare_project(tmp_path: Path) -> Project:
    """A Git repository and nothing else."""
    project = Project(tmp_path / "project")
    project.path.mkdir()
    project.git("init", "--quiet")
    return project


def test_init_of_an_empty_repository_makes_it_ready(bare_project: Project) -> None:
    done = bare_project.mlvc("init")
    assert done.code == 0 and "mlvc init --model NAME" in done.err
    assert yaml.safe_load(bare_project.read("params.yaml")) == {"mlvc": {"gates": []}}
    assert "# gates:" in bare_project.read("params.yaml")
    bare_project.commit("Ready")
    tracked = bare_project.git("ls-files").splitlines()
    assert tracked == [".dvc/.gitignore", ".dvc/config", ".dvcignore", "params.yaml"]
    assert bare_project.mlvc("list").code == 0
    assert bare_project.git("status", "--porcelain", "--ignored") == "!! .dvc/tmp/"


def test_a_second_init_writes_nothing(bare_project: Project) -> None:
    args = ("init", "--template", "flights")
    assert answer(bare_project, *args)["kept"] == []
    before = state(bare_project)
    again = answer(bare_project, *args)
    assert again["written"] == []
    assert {".dvc", "dvc.yaml", "params.yaml", ".gitignore"} <= set(again["kept"])
    shown = bare_project.mlvc(*args).out.splitlines()
    assert [line for line in shown if "params.yaml" in line] == ["kept  params.yaml"]
    assert state(bare_project) == before


MESSY = """\
# the pipeline of many years
vars: [other.yaml]
stages:
    train:
        cmd: "echo hi"   # quoted
artifacts:      # two already
    old:
        path: 'old.pkl'
    older: {path: older.pkl}"""


def test_init_adds_to_a_messy_repository_and_overwrites_nothing(bare_project: Project) -> None:
    project = bare_project
    project.write("dvc.yaml", MESSY)
    project.write("params.yaml", "# ours\ntrain: {depth: 3}   # three")
    project.write(".gitignore", "*.pyc")
    done = answer(project, "init", "--model", "fraud", "--path", "models/fraud: a.pkl")
    assert done["written"] == [".dvc", "dvc.yaml", "params.yaml"] and done["model"] == "fraud"
    # Every line is still there, in its order and form.
    lines = iter(project.read("dvc.yaml").splitlines())
    assert all(line in lines for line in MESSY.splitlines())
    document = yaml.safe_load(project.read("dvc.yaml"))
    assert document["artifacts"]["fraud"] == {"path": "models/fraud: a.pkl", "type": "model"}
    assert list(document["artifacts"]) == ["fraud", "old", "older"]
    params = project.read("params.yaml")
    assert params.startswith("# ours\ntrain: {depth: 3}   # three\nmlvc:\n")
    assert project.read(".gitignore") == "*.pyc"
    before = state(project)
    again = answer(project, "init", "--model", "fraud", "--path", "models/fraud: a.pkl")
    assert again["written"] == [] and state(project) == before


def test_a_file_that_was_there_is_added_to_and_not_said_to_be_written(
    bare_project: Project,
) -> None:
    bare_project.write("params.yaml", "train: {depth: 3}\n")
    done = bare_project.mlvc("init", "--model", "m", "--path", "m.bin")
    assert done.out.splitlines() == [
        "wrote     .dvc",
        "wrote     dvc.yaml",
        "added to  params.yaml",
    ]


@pytest.mark.parametrize(
    "there",
    ["", "stages: {}\n", "artifacts:\n", "artifacts:   # none yet\n\nstages: {}\n"],
    ids=["no file", "no section", "an empty section", "an empty section above"],
)
def test_a_model_is_declared_whatever_is_there(bare_project: Project, there: str) -> None:
    if there:
        bare_project.write("dvc.yaml", there)
    answer(bare_project, "init", "--model", "m", "--path", "m.bin")
    document = yaml.safe_load(bare_project.read("dvc.yaml"))
    assert document["artifacts"] == {"m": {"path": "m.bin", "type": "model"}}
    assert document.keys() == {*(yaml.safe_load(there) or {}), "artifacts"}


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("dvc.yaml", "stages: [\n", "dvc.yaml is not YAML"),
        ("dvc.yaml", "- a\n", "dvc.yaml is not a mapping"),
        ("dvc.yaml", "artifacts: [a]\n", "`artifacts:` is not a mapping"),
        ("dvc.yaml", "artifacts: {old: {path: x}}\n", "dvc.yaml has a form"),
        ("dvc.yaml", "artifacts:\n  m: {path: other.bin}\n", "declares m already"),
        ("params.yaml", "{a: 1}\n", "params.yaml has a form"),
        ("params.yaml", "a: [\n", "params.yaml is not YAML"),
    ],
)
def test_what_cannot_be_added_to_is_left_alone_and_the_lines_are_shown(
    bare_project: Project, path: str, text: str, says: str
) -> None:
    bare_project.write(path, text)
    before = state(bare_project)
    done = bare_project.mlvc("init", "--model", "m", "--path", "m.bin")
    assert done.code == 1 and says in done.err and "hint: " in done.err
    if "a form" in says:
        assert "Add this to it:\n" in done.err and ":\n  " in done.err
    assert state(bare_project) == before
    assert not (bare_project.path / ".dvc").exists()


def test_the_template_adds_its_lines_to_a_gitignore_that_is_there(bare_project: Project) -> None:
    bare_project.write(".gitignore", "*.log")
    answer(bare_project, "init", "--template", "flights")
    assert bare_project.read(".gitignore") == "*.log\n__pycache__/\n"
    bare_project.commit("The template")
    tracked = bare_project.git("ls-files").splitlines()
    stages = [name for name in tracked if name.startswith("pipeline/")]
    assert {"pipeline/prepare.py", "pipeline/train.py", "pipeline/evaluate.py"} <= set(stages)
    assert {"dvc.yaml", "params.yaml", ".gitignore", ".dvcignore"} <= set(tracked)
    run("python", "-c", "import sys; sys.path.insert(0, 'pipeline'); import features",
        cwd=bare_project.path)  # fmt: skip
    assert bare_project.git("status", "--porcelain") == ""
    assert answer(bare_project, "list")["unreleased"] == ["flights"]


@pytest.mark.parametrize("name", ["dvc.yaml", "params.yaml"])
def test_the_template_is_not_mixed_with_a_pipeline_of_ones_own(
    bare_project: Project, name: str
) -> None:
    bare_project.write(name, "stages: {}\n")
    before = state(bare_project)
    done = bare_project.mlvc("init", "--template", "flights")
    assert done.code == 1 and name in done.err and "a new folder" in done.err
    assert state(bare_project) == before


def test_init_in_a_subfolder_is_a_project_of_its_own_or_joins_the_one_above(
    bare_project: Project,
) -> None:
    sub = Project(bare_project.path / "sub")
    sub.path.mkdir()
    assert answer(sub, "init", "--model", "m", "--path", "m.bin")["written"] == [
        ".dvc", "dvc.yaml", "params.yaml",
    ]  # fmt: skip
    assert (sub.path / ".dvc").is_dir() and not (bare_project.path / ".dvc").exists()
    bare_project.commit("A project in a subfolder")
    assert answer(sub, "list")["unreleased"] == ["m"]
    deeper = Project(sub.path / "deeper")
    deeper.path.mkdir()
    found = answer(deeper, "init", "--model", "d", "--path", "d.bin")
    assert found["written"] == ["dvc.yaml"]
    assert found["kept"] == [".dvc", "../params.yaml (mlvc:)"]
    bare_project.commit("A model in a folder of it")
    assert answer(sub, "list")["unreleased"] == ["deeper=d", "m"]


def test_what_is_declared_can_be_made_tracked_and_released(bare_project: Project) -> None:
    project = bare_project
    assert project.mlvc("init", "--model", "fraud", "--path", "model.bin").code == 0
    project.write("model.bin", "weights\n")
    project.dvc("add", "--quiet", "model.bin")
    project.commit("A model")
    done = project.mlvc("tag")
    assert done.code == 0 and done.out.startswith("Released fraud@v0.1.0")


def test_the_wheel_holds_the_template_and_init_finds_it(
    bare_project: Project, tmp_path: Path
) -> None:
    run(
        *(PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--no-index", "--disable-pip-version-check", "--wheel-dir", tmp_path / "wheel", ROOT),
        cwd=tmp_path,
    )
    (wheel,) = (tmp_path / "wheel").iterdir()
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    start = f"import sys; sys.path.insert(0, {str(site)!r}); import mlvc.cli.app as a; "
    code = f"{start}assert a.__file__.startswith({str(site)!r}); a.main()"
    command = (sys.executable, "-I", "-c", code, "-C", bare_project.path)
    done = run(*command, "init", "--template", "flights", cwd=tmp_path)
    assert "pipeline/train.py" in done.stdout
    source = ROOT / "mlvc/pipeline"
    assert bare_project.read("pipeline/train.py") == (source / "train.py").read_text()
    assert bare_project.read("dvc.yaml") == (source / "template/dvc.yaml").read_text()
