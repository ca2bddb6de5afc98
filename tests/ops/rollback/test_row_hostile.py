"""Outputs and manifests that lead elsewhere, by whatever name."""

from pathlib import Path

import pytest

from tests.ops.rollback.rows import assert_refused, roll_back, step
from tests.ops.rollback.states import visible
from tests.ops.rollback.test_objects import assert_refused as refused_object
from tests.ops.rollback.test_objects import entry_of, poison
from tests.project import Project

YAML = "artifacts:\n  m: {path: model.bin}\n"


@pytest.fixture(scope="session")
def built_misled(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("misled") / "project")
    step(project, {"dvc.yaml": YAML, "model.bin": "one"}, "model.bin")
    step(project, {"model.bin": "two"}, "model.bin")
    return project


@pytest.fixture
def misled(built_misled: Project, tmp_path: Path) -> Project:
    """A model that DVC tracks, in two versions."""
    return built_misled.copy(tmp_path / "project")


@pytest.mark.parametrize(
    "where",
    [
        ".git/hooks/post-checkout",
        ".dvc/config.local",
        ".GIT/config",
        "sub/../.git/config",
        "../escaped",
        "sub/.Git/x",
        "git~1/config",
    ],
)
@pytest.mark.parametrize("kind", ["data", "stage"])
def test_an_output_that_leads_elsewhere_is_refused(misled: Project, where: str, kind: str) -> None:
    before = protected(misled)
    mislead(misled, where, kind)
    for args in ((), ("--scope", "tree")):
        assert_refused(misled, "HEAD~1", *args, says=("hint:",))
        assert protected(misled) == before
        assert not (misled.path.parent / "escaped").exists()


def protected(project: Project) -> dict[str, bytes]:
    """What a hostile output would write into."""
    files = [*(project.path / ".git/hooks").iterdir(), project.path / ".git/config"]
    files += [p for p in (project.path / ".dvc").iterdir() if p.is_file()]
    return {str(path): path.read_bytes() for path in files}


def mislead(project: Project, where: str, kind: str) -> None:
    """Commit a tree whose model has that path, then the true one again."""
    files = {path: project.read(path) for path in ("dvc.yaml", "model.bin.dvc")}
    if kind == "data":
        project.write("model.bin.dvc", files["model.bin.dvc"].replace("model.bin", where))
        project.write("dvc.yaml", YAML.replace("model.bin", where))
    else:
        digest = files["model.bin.dvc"].split("md5: ")[1].split()[0]
        stage = f"stages:\n  train:\n    cmd: 'true'\n    outs: ['{where}']\n"
        project.write("dvc.yaml", stage + YAML.replace("model.bin", where))
        row = f"path: {where}\n      hash: md5\n      md5: {digest}\n      size: 3\n"
        lock = f"schema: '2.0'\nstages:\n  train:\n    cmd: 'true'\n    outs:\n    - {row}"
        project.write("dvc.lock", lock)
        project.git("rm", "--quiet", "--cached", "model.bin.dvc")
        (project.path / "model.bin.dvc").unlink()
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "Hostile")
    (project.path / "dvc.lock").unlink(missing_ok=True)
    for path, text in files.items():
        project.write(path, text)
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "As it was")


def test_an_absolute_output_is_refused(misled: Project, tmp_path: Path) -> None:
    target = tmp_path / "absolute.bin"
    mislead(misled, str(target), "data")
    assert_refused(misled, "HEAD~1", says=("outside the project",))
    assert not target.exists()


@pytest.mark.parametrize("name", ["new\nline", "-dash", "tab\there", "sp ace", "quo'te\"", "ä"])
def test_a_manifest_with_odd_names_is_restored(foldered: Project, name: str) -> None:
    foldered.write(
        "train.py", foldered.read("train.py") + f"Path('model', {name!r}).write_text(name)\n"
    )
    foldered.dvc("repro", "--quiet")
    foldered.commit("odd")
    foldered.write("params.yaml", "name: third\n")
    foldered.dvc("repro", "--quiet")
    foldered.commit("third")
    roll_back(foldered, "HEAD~1")
    assert foldered.read(f"model/{name}") == "second"


def test_names_that_differ_in_case_only_are_two_files_here(foldered: Project) -> None:
    (foldered.path / "probe").write_text("")
    if (foldered.path / "PROBE").exists():
        pytest.skip("this filesystem folds case")
    (foldered.path / "probe").unlink()
    source = entry_of(foldered, "model@v0.1.0", "model", "weights")
    digest = source.parent.name + source.name
    poison(foldered, [{"md5": digest, "relpath": name} for name in ("A", "D/x", "a", "d/x")])
    roll_back(foldered, "HEAD~1")
    assert sorted(p for p in visible(foldered) if p.startswith("model/")) == [
        "model/A", "model/D", "model/D/x", "model/a", "model/d", "model/d/x",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [".GIT/config", "sub/.dvc/config", ".g\u200cit/x", ".git./x"])
def test_a_manifest_into_what_some_filesystem_reads_as_git_s_is_refused(
    foldered: Project, name: str
) -> None:
    source = entry_of(foldered, "model@v0.1.0", "model", "weights")
    poison(foldered, [{"md5": source.parent.name + source.name, "relpath": name}])
    refused_object(foldered, "HEAD~1", 14, "manifest of model")
