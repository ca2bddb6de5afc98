"""What someone moves into place while a rollback is at work: it has the times it had before."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from mlvc.artifacts.objects import Content
from mlvc.domain.plan import OutputChange
from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project as Opened
from mlvc.ops.rollback import Request, RolledBack, choose, make_plan, perform, staging
from mlvc.workspace.transaction import Change
from tests.ops.preparing.conftest import built_kinds, copying, linking  # noqa: F401 - fixtures
from tests.ops.rollback.rows import assert_sound
from tests.project import Project

LONG_AGO = 1_700_000_000


def meanwhile(
    project: Project, target: str, monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]
) -> RolledBack:
    """A rollback; something happens as staging begins, which may take long."""
    opened, real = Opened(project.path), staging.Outputs.stage

    def stage(
        outputs: staging.Outputs,
        due: Iterable[OutputChange],
        contents: Mapping[str, Content],
    ) -> list[Change]:
        what()
        return real(outputs, due, contents)

    monkeypatch.setattr(staging.Outputs, "stage", stage)
    request = Request(target=target)
    return perform(opened, make_plan(opened, request, choose(opened, request)))


def mine(folder: Path) -> Path:
    path = folder / "mine"
    path.write_text("precious\n")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.parametrize("path", ["model.bin", "params.yaml"])
def test_a_file_that_is_moved_to_a_path_while_staging_stays(
    two_releases: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    head, moved = two_releases.git("rev-parse", "HEAD"), mine(tmp_path)
    live = two_releases.path / path
    with pytest.raises(MlvcError, match=f"{path} was changed by someone else") as raised:
        meanwhile(two_releases, "0.1.0", monkeypatch, lambda: moved.replace(live))
    assert raised.value.code == Exit.DIRTY
    assert two_releases.read(path) == "precious\n"
    assert two_releases.git("rev-parse", "HEAD") == head
    assert not two_releases.git("diff", "--name-only", "--", ":!params.yaml")


@pytest.mark.parametrize("kind", ["linking", "copying"])
def test_a_file_that_is_moved_into_a_folder_is_saved(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project: Project = request.getfixturevalue(kind)
    moved = mine(tmp_path)
    done = meanwhile(
        project, "2.0.0", monkeypatch, lambda: moved.replace(project.path / "model" / "a")
    )
    (saved,) = done.saved
    assert Path(saved).read_text() == "precious\n" and Path(saved).name == "a"
    assert project.read("model/a") == project.read("table") == "two\n"
    assert project.read("model/b") == "same\n"
    assert_sound(project)


def test_a_folder_that_is_exchanged_for_another_stays(
    linking: Project,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "other").mkdir()
    moved = mine(tmp_path).rename(tmp_path / "other" / "a").parent

    def exchange() -> None:
        (linking.path / "model").rename(tmp_path / "away")
        moved.rename(linking.path / "model")

    with pytest.raises(MlvcError, match="model was changed by someone else"):
        meanwhile(linking, "2.0.0", monkeypatch, exchange)
    assert linking.read("model/a") == "precious\n"
