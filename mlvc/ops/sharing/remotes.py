"""The Git remote that is meant, and what is told of tags that are not the same there."""

from collections.abc import Collection

from mlvc.domain.promotion import parse_promotion
from mlvc.domain.sharing import Compared, takes_back
from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project
from mlvc.registry import sharing


def the_remote(project: Project, name: str | None) -> str:
    """The Git remote of that name, by default the one that the branch follows, else `origin`.

    Raises `MlvcError` (USAGE) where none is configured under the name: an address will not do.
    """
    git = project.repo.git
    found = name or sharing.followed(git, project.repo.branch)
    if not sharing.is_remote(git, found):
        known = git.text("remote").split()
        hint = f"Remotes here: {', '.join(known)}." if known else "`git remote add origin URL`."
        raise MlvcError(f"there is no Git remote {found!r}", hint, Exit.USAGE)
    return found


def refuse_moved(remote: str, compared: Compared, done: str) -> None:
    """Report tags that are no longer what they were; `done` says what came of the rest.

    Raises `MlvcError` (CORRUPT).
    """
    if compared.moved:
        tag = min(compared.moved)
        raise MlvcError(
            f"{_listed(compared.moved)} moved on {remote!r} since first seen: an attack, or a"
            f" mistake. Neither followed nor overwritten; {done}",
            "Find out who did it, and have the tag put back. If the new one is right after all:"
            f" `git update-ref -d '{sharing.seen_tags(remote)}{tag}'`, `git tag -d '{tag}'`, and"
            " `mlvc pull`.",
            Exit.CORRUPT,
        )


def refuse_clashing(remote: str, compared: Compared, done: str) -> None:
    """Report names under which each place has a tag of its own; raises `MlvcError`."""
    if compared.clashing:
        tag = min(compared.clashing)
        give_up = (
            f"Give yours up, `git tag -d '{tag}'`, then `mlvc pull`, and release again: it gets"
            " the next number."
        )
        if takes_back(tag):
            give_up = f"Give yours up, `git tag -d '{tag}'`, then `mlvc pull` has the one there."
        raise MlvcError(
            f"{_listed(compared.clashing)} on {remote!r} is another one than here: another clone"
            f" was first, or somebody moved it. Nothing is overwritten; {done}",
            "`mlvc push` gives yours the next number." if parse_promotion(tag, "") else give_up,
        )


def _listed(tags: Collection[str]) -> str:
    first, *more = sorted(tags)
    return f"tag {first}{f' (and {len(more)} more)' if more else ''}"
