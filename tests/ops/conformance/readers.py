"""What GTO, DVC and mlvc read, in this process: a run of `gto` takes 0.7 seconds."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gto.api
from dvc.repo.artifacts import Artifacts
from dvc.scm import Git

from mlvc.domain.promotion import timeline
from mlvc.ops.listing import list_releases
from mlvc.ops.project import Project
from mlvc.ops.promoting import environments

Releases = set[tuple[str, str]]
Places = dict[str, str | None]


def address(model: str) -> str:
    """A model's name to GTO and DVC."""
    return model.replace("=", ":", 1)


def releases_by_gto(path: Path, model: str) -> Releases:
    """Versions and commits in `gto show MODEL`, of a deprecated model too."""
    rows = gto.api.show(str(path), address(model), deprecated=True)
    return {
        (row["version"], row["commit_hexsha"])
        for row in rows
        if row["is_active"] and row["registrations"]
    }


def places_by_gto(path: Path, model: str, places: tuple[str, ...]) -> Places:
    """The version, or commit, that `gto show MODEL#STAGE` has."""
    found = {}
    for place in places:
        rows = gto.api.show(str(path), f"{address(model)}#{place}", deprecated=True)
        assert len({row["commit_hexsha"] for row in rows}) <= 1
        found[place] = rows[0]["version"] if rows else None
    return found


def story_by_gto(path: Path, model: str) -> list[str]:
    """The tags of assignments and unassignments in `gto history MODEL`, the oldest first."""
    rows = gto.api.history(str(path), address(model), ascending=True)
    return [row["ref"] for row in rows if row["event"] in ("assignment", "unassignment")]


def revision_by_dvc(path: Path, model: str, **wanted: str) -> str:
    """The commit from which `dvc artifacts get` takes a version or a stage."""
    git: Any = SimpleNamespace(scm=Git(str(path)))
    found: str = Artifacts(git).get_rev(address(model), **wanted)
    git.scm.close()
    return found


def releases_by_mlvc(project: Project, model: str) -> Releases:
    """Versions and commits in `mlvc list`, but for those that GTO took back."""
    rows = list_releases(project).rows
    return {
        (f"v{row.tag.version}", row.tag.commit)
        for row in rows
        if row.tag.model == model and row.tag.name not in project.deregistered
    }


def places_by_mlvc(project: Project, model: str, places: tuple[str, ...]) -> Places:
    """The version, or commit, that `mlvc environments` has."""
    found: Places = dict.fromkeys(places)
    for place in environments(project):
        if place.model == model and place.release:
            found[place.environment] = place.release.removeprefix(f"{model}@")
    return found


def story_by_mlvc(project: Project, model: str) -> list[str]:
    """The promotion tags in mlvc's order, the oldest first."""
    return [found.tag for _, found in timeline(project.promotions, model) if not found.by]


def assert_all_agree(path: Path, model: str, places: tuple[str, ...]) -> None:
    """GTO, DVC and mlvc say the same of each release and environment of a model."""
    project = Project.find(path)
    releases = releases_by_mlvc(project, model)
    assert releases == releases_by_gto(path, model)
    assert places_by_mlvc(project, model, places) == places_by_gto(path, model, places)
    assert sorted(story_by_mlvc(project, model)) == sorted(story_by_gto(path, model))
    for version, commit in releases:
        assert revision_by_dvc(path, model, version=version) == commit
    for place in environments(project):
        if place.model == model and not place.stale:
            assert revision_by_dvc(path, model, stage=place.environment) == place.commit
