"""`mlvc list`, `show` and `which`: what is released, and where it stands."""

import shutil
from pathlib import Path

import pytest

from tests.project import Project
from tests.releases import answer, current, names, retrain, withdrawn


@pytest.fixture(scope="session")
def built_rolled_back(
    built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    project = built_two_releases.copy(tmp_path_factory.mktemp("back") / "project")
    assert project.mlvc("rollback", "--yes", "--reason", "Too heavy").code == 0
    return project


@pytest.fixture
def rolled_back(built_rolled_back: Project, tmp_path: Path) -> Project:
    """v0.2.0 is withdrawn, v0.1.0 is current; HEAD is the rollback."""
    return built_rolled_back.copy(tmp_path / "project")


def test_list_marks_what_is_current_and_tells_what_each_release_is(
    built_two_releases: Project,
) -> None:
    lines = built_two_releases.mlvc("list").out.splitlines()
    assert lines[0].split() == ["RELEASE", "VERDICT", "COMMIT", "TAGGED", "(UTC)", "MESSAGE"]
    assert lines[1].startswith("model@v0.1.0           NONE")
    assert lines[2].startswith("model@v0.2.0  current  NONE")
    assert lines[2].endswith("Twice the weight")
    head = built_two_releases.git("rev-parse", "--short=10", "HEAD")
    assert head in lines[2] and head not in lines[1]


def test_list_follows_a_rollback_its_revert_and_a_new_model(rolled_back: Project) -> None:
    project = rolled_back
    assert (current(project), withdrawn(project)) == (["model@v0.1.0"], ["model@v0.2.0"])
    project.git("revert", "--no-edit", "HEAD")
    project.dvc("checkout", "--quiet")
    assert (current(project), withdrawn(project)) == (["model@v0.2.0"], [])
    retrain(project, "bias: 0.5", "bias: 0.6")
    listed = answer(project, "list")
    assert listed["unreleased"] == ["model"] and current(project) == []
    assert "`mlvc tag` makes it one" in project.mlvc("list").err


def test_list_in_a_project_without_models_says_what_to_do(tmp_path: Path) -> None:
    project = Project(tmp_path / "empty")
    project.path.mkdir()
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    project.commit("Nothing yet")
    done = project.mlvc("list")
    assert (done.code, done.out) == (0, "") and "mlvc init" in done.err


def test_a_repository_of_several_models_lists_them_all_or_one(two_releases: Project) -> None:
    two_releases.write("more/dvc.yaml", "artifacts:\n  code: {path: ../train.py}\n")
    two_releases.commit("A model that Git holds")
    assert two_releases.mlvc("tag", "more=code").code == 0
    every = ["model@v0.1.0", "model@v0.2.0", "more=code@v0.1.0"]
    assert names(two_releases) == every
    assert current(two_releases) == every[1:]
    for name in ("more=code", "more:code"):
        rows = answer(two_releases, "list", name)["releases"]
        assert [row["name"] for row in rows] == every[2:]
    # A version needs its model now; a release has it.
    assert two_releases.mlvc("show", "0.1.0").code == 2
    assert answer(two_releases, "show", "model@0.1.0")["name"] == "model@v0.1.0"
    assert answer(two_releases, "show", "more:code@latest")["name"] == "more=code@v0.1.0"


def test_show_takes_the_current_release_a_version_or_any_revision(rolled_back: Project) -> None:
    for name, shown in {
        "HEAD": "model@v0.1.0",
        "HEAD~1": "model@v0.2.0",
        "HEAD~2": "model@v0.1.0",
        "main": "model@v0.1.0",
        "latest": "model@v0.2.0",
        "v0.2.0": "model@v0.2.0",
        "model": "model@v0.1.0",
    }.items():
        assert answer(rolled_back, "show", name)["name"] == shown, name
    found = answer(rolled_back, "show")
    assert found["name"] == "model@v0.1.0" and found["current"] and not found["withdrawn"]
    text = rolled_back.mlvc("show", "0.2.0").out
    assert text.startswith("model@v0.2.0  (withdrawn)\n\nTwice the weight\n")
    assert "after    model@v0.1.0" in text and "signed   no" in text
    assert "bump     minor: parameters changed (train.weight)" in text


def test_show_of_what_is_no_release_says_how_to_make_one(two_releases: Project) -> None:
    retrain(two_releases, "bias: 0.5", "bias: 0.6")
    done = two_releases.mlvc("show")
    assert done.code == 13 and "`mlvc tag` makes one" in done.err


def test_show_of_a_merge_of_the_same_model_is_its_release(two_releases: Project) -> None:
    two_releases.write("notes.txt", "x\n")
    later = two_releases.commit("Notes")
    assert answer(two_releases, "show", later)["name"] == "model@v0.2.0"


def test_show_has_the_evaluations_of_its_model_only(two_releases: Project) -> None:
    done = two_releases.mlvc("eval", "0.1.0", "--with", "HEAD", "--json")
    assert done.code == 0, done.err
    assert len(answer(two_releases, "show", "0.1.0")["evaluations"]) == 1
    assert answer(two_releases, "show", "0.2.0")["evaluations"] == []
    assert "evaluated by" in two_releases.mlvc("show", "0.1.0").out


def test_which_knows_a_file_by_its_bytes_whatever_it_is_called(rolled_back: Project) -> None:
    project = rolled_back
    copied = project.path.parent / "copied.txt"
    shutil.copy(project.path / "model.bin", copied)
    found = answer(project, "which", str(copied))
    assert found["releases"] == ["model@v0.1.0"] and found["digest"].startswith("sha256:")
    copied.write_bytes(copied.read_bytes() + b"\n")
    done = project.mlvc("which", str(copied))
    assert done.code == 13 and "is no release (sha256:" in done.out
    assert answer(project, "which", str(copied), code=13)["releases"] == []


def test_which_knows_a_revision_by_its_model(rolled_back: Project) -> None:
    assert answer(rolled_back, "which")["releases"] == ["model@v0.1.0"]
    assert answer(rolled_back, "which", "HEAD~1")["releases"] == ["model@v0.2.0"]
    assert answer(rolled_back, "which", "main~2")["releases"] == ["model@v0.1.0"]
    retrain(rolled_back, "bias: 0.5", "bias: 0.6")
    assert answer(rolled_back, "which", code=13)["releases"] == []


def test_which_names_the_current_one_first_of_several(two_releases: Project) -> None:
    assert two_releases.mlvc("tag", "0.3.0-rc.1", "--allow-same").code == 0
    assert two_releases.mlvc("tag", "0.3.0", "--allow-same").code == 0
    assert answer(two_releases, "which")["releases"] == [
        "model@v0.3.0", "model@v0.2.0", "model@v0.3.0-rc.1",
    ]  # fmt: skip


def test_a_release_since_a_rollback_is_current_to_all_and_a_rollback_since_that_is_again(
    rolled_back: Project,
) -> None:
    def told() -> set[str]:
        shown = answer(rolled_back, "show")
        assert shown["current"]
        return {shown["name"], answer(rolled_back, "which")["releases"][0], *current(rolled_back)}

    for version in ("0.3.0", "0.1.1"):  # the highest one, and one that is not
        for back in ("v0.2.0", "v0.1.0"):
            assert rolled_back.mlvc("rollback", back).code == 0
            assert told() == {f"model@{back}"}
        assert rolled_back.mlvc("tag", version, "--allow-same").code == 0
        assert told() == {f"model@v{version}"}
    done = rolled_back.mlvc("rollback", "--dry-run")
    assert "older than v0.1.1" in done.err and "skipped v0.1.0: the same model" in done.err


def test_releases_of_plain_gto_are_known_by_their_commits(two_releases: Project) -> None:
    for tag in ("model@v0.1.0", "model@v0.2.0"):
        two_releases.git("tag", "--force", "-a", tag, "-m", "Registering", f"{tag}^{{}}")
    for _ in range(2):  # found out, then remembered
        rows = answer(two_releases, "list")["releases"]
        assert [row["current"] for row in rows] == [False, True]
        assert all(row["object"].startswith("md5:") for row in rows)
        assert {row["verdict"] for row in rows} == {"NONE"}


def test_text_of_others_moves_no_cursor(two_releases: Project) -> None:
    two_releases.git("commit", "--allow-empty", "--message", "More")
    two_releases.git("tag", "--annotate", "model@v9.0.0", "--message", "Nine\n\nred \x1b[31m text")
    for asked in (("list",), ("history",), ("show", "9.0.0")):
        said = two_releases.mlvc(*asked)
        assert said.code == 0 and "\x1b" not in said.out
        assert "red" in said.out
