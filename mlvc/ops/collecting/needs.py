"""What of a clone is needed: the objects of all that has a name, is at work or is kept."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mlvc.artifacts.collecting import Pointer, is_pointer, linked, pointer
from mlvc.artifacts.objects import split
from mlvc.ops.collecting.holding import checkouts
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.registry import across, evaluations
from mlvc.registry.git import Git
from mlvc.registry.tips import Tip, tips, worktrees
from mlvc.registry.trees import read_blobs


@dataclass
class Needs:
    """`values` are those of digests, each with what needs it; `folders` are to have a manifest.

    `commits` are those that are needed, by what they are called. `counts` says how many
    there are of each kind.
    """

    values: dict[str, str] = field(default_factory=dict)
    folders: dict[str, list[across.Place]] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, found: Pointer, place: across.Place) -> None:
        """What a file needs."""
        for value in found.values:
            self.values.setdefault(value, str(place))
        for value in found.folders:
            self.folders.setdefault(value, []).append(place)

    def also(self, values: Iterable[str], what: str) -> None:
        """What is kept where it is here, and not missed where it is not."""
        for value in values:
            self.values.setdefault(value, what)


def needs(project: Project) -> Needs:
    """What a clone needs, in all its worktrees.

    Raises `MlvcError` for all that is not here or cannot be read: what it needs is not known.
    """
    found, git = Needs(), project.repo.git
    every = tips(git)
    found.counts.update(_counted(every))
    names = {tip.commit: _called(tip) for tip in reversed(every)}
    found.commits = {name: commit for commit, name in names.items()}
    for place, data in across.files(git, names, is_pointer):
        found.add(pointer(data, str(place)), place)
    cache = project.store.cache.root.resolve()
    for tree in worktrees(git):
        _of_worktree(found, tree.path.resolve(), cache)
        _of_folder(found, tree.git_dir / "mlvc" / "saved", cache)
    for one in checkouts(project):
        found.also((split(d)[1] for d in Places(one).kept.digests()), "a tree that is kept ready")
    _of_evaluations(found, git)
    return found


def _counted(every: Iterable[Tip]) -> Iterator[str]:
    names = {(tip.kind, tip.name.partition(" of ")[2] or tip.name) for tip in every}
    return (kind for kind, _ in sorted(names))


def _called(tip: Tip) -> str:
    plain = tip.kind in ("release", "rollback", "worktree", "other ref")
    return tip.name if plain else f"{tip.kind} {tip.name}"


def _of_worktree(found: Needs, top: Path, cache: Path) -> None:
    """What is staged, and what the files say as they are."""
    git = Git(top)
    rows = git.read("ls-files", "--stage", "-z").decode(errors="surrogateescape").split("\0")
    staged = {}
    for meta, _, path in (row.partition("\t") for row in rows):
        if is_pointer(path.rpartition("/")[2]):
            staged[meta.split(" ")[1]] = across.Place(f"the index of {top}", path)
    for blob, data in read_blobs(git, staged).items():
        found.add(pointer(data, str(staged[blob])), staged[blob])
    _of_folder(found, top, cache)


def _of_folder(found: Needs, top: Path, cache: Path) -> None:
    """What files below a folder say, also untracked ones, and what objects links there lead to."""
    for entry in _below(str(top), str(cache)):
        if is_pointer(entry.name.removesuffix(".staged")):  # as `--force` saves what was staged
            place = across.Place(str(top), os.path.relpath(entry.path, top))
            found.add(pointer(Path(entry.path).read_bytes(), entry.path), place)
        elif entry.is_symlink():
            found.also(linked(Path(entry.path)), entry.path)


def _below(folder: str, cache: str) -> Iterator[os.DirEntry[str]]:
    """Files and links, but not those of the cache and of Git."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield entry
            elif entry.name != ".git" and entry.path != cache:
                yield from _below(entry.path, cache)


def _of_evaluations(found: Needs, git: Git) -> None:
    """What evaluators wrote with each model; a table of another clone's need not be here."""
    made = evaluations.read(git)
    found.counts["evaluation"] += len(made)
    for one in made:
        found.also((split(digest)[1] for digest in one.outputs.values()), f"evaluation {one.id}")
