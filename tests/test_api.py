"""The package as a library."""

from pathlib import Path

import pytest

import mlvc
from mlvc.errors import Exit
from mlvc.ops.listing import list_releases
from mlvc.ops.tagging import Wanted
from tests.project import PYTHON, Project, run
from tests.releases import take_back


def test_the_package_offers_what_it_says(project: Project) -> None:
    assert {name for name in mlvc.__all__ if hasattr(mlvc, name)} == set(mlvc.__all__)
    with pytest.raises(AttributeError):
        mlvc.nothing_of_that_name  # noqa: B018
    assert list_releases(mlvc.Project.find(project.path)).unreleased == ("model",)


def test_importing_the_package_loads_no_verb(project: Project) -> None:
    code = "import sys, mlvc; print([m for m in sys.modules if m.startswith('mlvc.')])"
    done = run(PYTHON, "-I", "-c", code, cwd=project.path, env={"COVERAGE_PROCESS_CONFIG": ""})
    assert done.stdout.strip() == "['mlvc.errors']"


def test_each_question_sees_what_is_there_now(
    two_releases: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(two_releases.path)
    registry = mlvc.Registry(two_releases.path)
    model = registry.model()
    assert [release.version for release in model.releases()] == ["0.1.0", "0.2.0"]
    assert [release.version for release in model.releases(">=0.2")] == ["0.2.0"]
    assert (current := model.current()) and current == model.latest()
    made = registry.tag(Wanted(allow_same=True, message="again"))
    assert model.latest().name == made.release.name
    assert registry.which().releases[0].name == model.latest().name
    assert registry.diff("v0.1.0", "v0.2.0").artifact[0]
    assert registry.verify("v0.1.0").status == "ok"
    assert model.release("0.1.0").gate().judgement.verdict == "NONE"


def test_what_is_promoted_is_in_its_environment(two_releases: Project) -> None:
    registry = mlvc.Registry(str(two_releases.path))
    model = registry.model("model")
    registry.promote("v0.1.0", "production", reason="first")
    registry.promote("v0.2.0", "production")
    assert model.environment("production").version == "0.2.0"
    registry.demote("production")
    assert model.environment("production").version == "0.1.0"
    assert [place.release for place in registry.environments()] == ["model@v0.1.0"]


def test_what_gto_took_back_is_not_the_latest(two_releases: Project) -> None:
    take_back(two_releases, "model@v0.2.0!")
    for where in (str(two_releases.path), two_releases.path.as_uri()):
        assert mlvc.Registry(where).model().latest().name == "model@v0.1.0"


def test_what_is_not_there_says_so(two_releases: Project) -> None:
    registry = mlvc.Registry(two_releases.path)
    model = registry.model("model")
    for ask in (
        lambda: model.release("9.0.0"),
        lambda: model.environment("production"),
        lambda: registry.model("other"),
    ):
        with pytest.raises(mlvc.MlvcError) as caught:
            ask()
        assert caught.value.code == Exit.MISSING


def test_a_cached_artifact_that_was_changed_is_proven_wrong_and_replaced(
    two_releases: Project,
) -> None:
    release = mlvc.Registry(two_releases.path).model("model").release("0.1.0")
    path = release.path()
    right = path.read_bytes()
    path.write_bytes(b"changed")
    assert release.path().read_bytes() == right


def test_a_bare_repository_by_its_path_is_one_elsewhere(
    two_releases: Project, tmp_path: Path
) -> None:
    two_releases.git("clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    for where in (tmp_path / "hub.git", str(tmp_path / "hub.git")):
        registry = mlvc.Registry(where)
        assert [release.version for release in registry.model().releases()] == ["0.1.0", "0.2.0"]
    with pytest.raises(mlvc.MlvcError, match="only lists releases"):
        registry.tag()


def test_a_repository_elsewhere_only_hands_out(two_releases: Project) -> None:
    registry = mlvc.Registry(f"file://{two_releases.path}")
    assert registry.model().latest().version == "0.2.0"
    with pytest.raises(mlvc.MlvcError, match="only lists releases"):
        registry.tag()
