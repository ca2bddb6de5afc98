"""What is wrong with a clone: what crashes left, and how Git and DVC are set up."""

from collections.abc import Iterator

from mlvc.domain.wording import counted
from mlvc.ops.diagnosing.complaint import Complaint
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.registry.git import edition
from mlvc.workspace.mounts import mount_of, mount_points

_SYNCS = (2, 36)  # the first Git with core.fsync


def left(project: Project) -> Iterator[Complaint]:
    """What an interrupted verb left; or one that is at work now."""
    places = Places(project)
    if places.journal.exists() or places.mark.exists():
        yield Complaint(
            "interrupted",
            "a verb that writes was interrupted, or is at work now",
            "model, dvc.lock and history may not agree until it is finished or undone",
            "`mlvc recover`; every verb that writes does so first.",
            mendable=True,
        )
    homes = (places.worktrees, places.homes)
    count = sum(len(list(home.iterdir())) for home in homes if home.is_dir())
    if count or places.evaluating.exists():
        yield Complaint(
            "leftovers",
            f"an interrupted verb left {counted(count, 'temporary folder')}, or one is at work now",
            "they take room",
            "`mlvc recover` removes them.",
            mendable=True,
        )


def setup(project: Project) -> Iterator[Complaint]:
    """What is wrong with Git and DVC here."""
    if project.repo.is_shallow:
        yield Complaint(
            "shallow",
            "this clone is shallow",
            "releases and rollbacks before the cut are missing, so current and last good may be"
            " others than they are",
            "`git fetch --unshallow --tags`.",
        )
    found = edition(project.repo.git)
    if found < _SYNCS:
        yield Complaint(
            "old-git",
            f"git is {'.'.join(map(str, found))}",
            "before 2.36 it does not sync what it writes, so a power cut may lose a rollback",
            "Install a newer Git.",
        )
    yield from _unverified(project)
    yield from _far(project)


def _unverified(project: Project) -> Iterator[Complaint]:
    for name, options in sorted(project.store.settings.get("remote", {}).items()):
        # Read, but not parsed: DVC takes no other word than these two.
        if str(options.get("verify")).lower() != "true":
            yield Complaint(
                "unverified-remote",
                f"DVC remote {name!r} is not verified",
                "mlvc checks what it fetches, but `dvc pull` takes a tampered object as it is",
                f"`dvc remote modify {name} verify true`, and commit .dvc/config.",
            )


def _far(project: Project) -> Iterator[Complaint]:
    folder = project.root / ".dvc" / "tmp"
    points = mount_points()
    if folder.is_dir() and mount_of(folder, points) != mount_of(project.root, points):
        yield Complaint(
            "far-tmp",
            ".dvc/tmp is on another filesystem than the workspace",
            "no tree can be kept ready there: going back copies or links every file",
            "Have .dvc/tmp where the workspace is.",
        )
