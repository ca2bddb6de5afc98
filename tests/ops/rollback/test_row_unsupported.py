"""What cannot be restored is refused before anything is fetched or touched."""

from pathlib import Path

from tests.ops.rollback.rows import assert_refused, roll_back, step
from tests.project import Project, run

STAGE = """\
stages:
  train:
    cmd: cp in.txt {out}
    deps: [in.txt]
    outs: [{out}]
artifacts:
  m: {{path: {model}}}
"""


def test_an_output_outside_the_project_is_refused(empty: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    yaml = STAGE.format(out="model.bin", model="model.bin")
    yaml = yaml.replace("[model.bin]", f"[model.bin, {{{outside}: {{cache: false}}}}]")
    yaml = yaml.replace("model.bin\n    deps", f"model.bin && cp in.txt {outside}\n    deps")
    step(empty, {"dvc.yaml": yaml, "in.txt": "one"})
    step(empty, {"in.txt": "two"})
    assert_refused(empty, "HEAD~1", says=("outside.txt", "outside the project", "hint:"))
    assert outside.read_text() == "two"


def test_a_cloud_versioned_output_is_refused(empty: Project) -> None:
    step(empty, {"dvc.yaml": "artifacts:\n  m: {path: m.bin}\n", "m.bin": "one"}, "m.bin")
    versioned = empty.read("m.bin.dvc") + "  cloud:\n    store:\n      version_id: abc\n"
    versioned = versioned.replace("- md5:", "- version_id: abc\n  md5:")
    versioned = versioned[: versioned.index("  cloud:")]
    empty.write("m.bin.dvc", versioned)
    empty.commit("Cloud-versioned")
    step(empty, {"m.bin": "two"}, "m.bin")
    assert_refused(empty, "HEAD~1", says=("m.bin", "cloud-versioned", "hint:"))


SUBMODULE = """\
stages:
  train:
    cmd: cat in.txt > model.bin
    deps: [in.txt, lib]
    outs: [model.bin]
artifacts:
  m: {path: model.bin}
"""


def submodule(empty: Project, tmp_path: Path) -> Path:
    """A submodule `lib` of the project; the repository that it comes from."""
    source = tmp_path / "source"
    source.mkdir()
    run("git", "init", "--quiet", cwd=source)
    advance(source, "1")
    empty.git("submodule", "--quiet", "add", str(source), "lib")
    return source


def advance(repository: Path, text: str) -> None:
    (repository / "code.py").write_text(text)
    run("git", "add", "--all", cwd=repository)
    run("git", "commit", "--quiet", "--message", text, cwd=repository)


def test_a_submodule_at_another_commit_is_refused(empty: Project, tmp_path: Path) -> None:
    submodule(empty, tmp_path)
    step(empty, {"dvc.yaml": SUBMODULE, "in.txt": "one"})
    step(empty, {"in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "one"
    advance(empty.path / "lib", "2")
    step(empty, {"in.txt": "three"})
    assert_refused(empty, "HEAD~1", says=("lib is a submodule", "--scope artifact"))
    assert_refused(empty, "HEAD~1", "--scope", "tree", says=("lib is a submodule",))
