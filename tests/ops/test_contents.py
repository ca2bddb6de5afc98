"""What releases hold whose tags do not tell it: those of plain GTO, of which there may be many."""

from pathlib import Path

import pytest

from mlvc.ops import contents
from mlvc.ops.listing import list_releases
from mlvc.ops.project import Project as Opened
from tests.project import Project
from tests.releases import current

MODEL = "artifacts:\n  m: {path: m.txt}\n"


@pytest.fixture
def tagged(tmp_path: Path) -> Project:
    """GTO's releases of a file that Git has: 1.0.0 and 3.0.0 are the same, 0.1.0 has no model."""
    project = Project(tmp_path / "project")
    project.path.mkdir()
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    project.commit("No model yet")
    register(project, "0.1.0")
    project.write("dvc.yaml", MODEL)
    for version, text in (("1.0.0", "one\n"), ("2.0.0", "two\n"), ("3.0.0", "one\n")):
        hold(project, text)
        register(project, version)
    return project


def register(project: Project, version: str) -> None:
    project.git("tag", "-a", f"m@v{version}", "-m", f"Registering artifact m version v{version}")


def hold(project: Project, text: str) -> None:
    project.write("m.txt", text)
    project.commit(text.strip())


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects of the commits that are read, in order."""
    found: list[str] = []
    real = contents._object

    def noting(project: Opened, commit: str, model: str) -> str | None:
        found.append(project.repo.git.text("log", "-1", "--format=%s", commit))
        return real(project, commit, model)

    monkeypatch.setattr(contents, "_object", noting)
    return found


@pytest.mark.parametrize(("text", "wanted"), [("one\n", "3.0.0"), ("two\n", "2.0.0"), ("x", "")])
def test_what_is_current_is_the_highest_that_head_holds(
    tagged: Project, text: str, wanted: str
) -> None:
    hold(tagged, "between")
    hold(tagged, text)
    for _ in range(2):  # found out, then remembered
        assert current(tagged) == ([f"m@v{wanted}"] if wanted else [])


def test_of_two_builds_of_one_version_list_and_show_mean_the_same(tagged: Project) -> None:
    for build in ("b", "a"):
        register(tagged, f"4.0.0+{build}")
    (found,) = current(tagged)
    assert found.startswith("m@v4.0.0+")
    assert tagged.mlvc("show").out.startswith(found)


def test_outlines_of_one_checksum_are_told_apart(
    tagged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "crc32", lambda _: 0)
    opened = Opened(tagged.path)
    old = opened.repo.resolve("m@v0.1.0")
    for _ in range(2):  # each takes the other's place
        assert Opened(tagged.path).models(opened.repo.head) == ("m",)
        assert Opened(tagged.path).models(old) == ()


def test_of_two_that_are_the_same_the_one_that_was_gone_back_to_is_current(
    tagged: Project,
) -> None:
    hold(tagged, "two\n")
    assert tagged.mlvc("rollback", "1.0.0", "--yes").code == 0
    assert tagged.read("m.txt") == "one\n"
    assert current(tagged) == ["m@v1.0.0"]


def test_no_more_commits_are_read_than_it_takes_and_none_twice(
    tagged: Project, read: list[str]
) -> None:
    assert [row.current for row in list_releases(Opened(tagged.path)).rows][-1]
    assert read == ["one"]
    hold(tagged, "another")
    for _ in range(2):
        assert not any(row.current for row in list_releases(Opened(tagged.path)).rows)
        assert sorted(read) == ["No model yet", "one", "one", "two"]


def test_a_commit_that_cannot_be_read_is_not_remembered_as_one_without_the_model(
    tagged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [(tagged.git("rev-parse", f"m@v{version}^{{}}"), "m") for version in ("0.1.0", "2.0.0")]
    with monkeypatch.context() as patch:
        patch.setattr(contents, "outline", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            contents.objects_of(Opened(tagged.path), asked)
    found = contents.objects_of(Opened(tagged.path), asked)
    blob = tagged.git("rev-parse", "m@v2.0.0:m.txt")
    assert found == {asked[0]: None, asked[1]: f"git:{blob}"}
    assert contents.objects_of(Opened(tagged.path), asked) == found
