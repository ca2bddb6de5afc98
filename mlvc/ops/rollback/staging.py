"""Staging the outputs that a plan restores, as DVC would make them."""

import stat
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.domain.names import parse_release_tag
from mlvc.domain.plan import OutputChange, Plan
from mlvc.ops.copying import catch_up
from mlvc.ops.following import following, restamp, untouched
from mlvc.ops.keeping import KEEP, TAKEN
from mlvc.ops.places import Places
from mlvc.ops.planting import graft, plant
from mlvc.ops.project import Project
from mlvc.ops.proving import Prover
from mlvc.ops.rollback.files import handed_over
from mlvc.ops.rollback.preflight import Proven
from mlvc.ops.rollback.room import Room
from mlvc.workspace.census import Census, census
from mlvc.workspace.confine import check_folded, confined, folds
from mlvc.workspace.staging import Staging
from mlvc.workspace.transaction import Change


class Outputs:
    """Stages what DVC tracks: kept trees where there are some, else made from the cache.

    `kept` names the outputs whose old trees are to be kept in their turn, `taken` those whose new
    ones were, and how; `seen` is what each staged one was when it held just what it should; `room`
    tells what of it takes place.
    """

    def __init__(self, project: Project, plan: Plan, staging: Staging, proven: Proven) -> None:
        self.project, self.plan, self.staging = project, plan, staging
        self.trees = Places(project).kept
        self.room = Room(project.prover, self.trees, staging.home)
        self._ready, self._spares = proven.trees, proven.spares
        self.kept: dict[str, str] = {}
        self.taken: dict[str, str] = {}
        self.seen: dict[str, Census] = {}
        self._fresh: list[tuple[OutputChange, Path, Census | None]] = []

    def stage(self, due: Iterable[OutputChange], contents: Mapping[str, Content]) -> list[Change]:
        """The changes; what is staged holds exactly what was proven."""
        taken = handed_over(self.plan)
        changes = [
            Change(
                confined(self.project.root, change.path),
                self._staged(change, contents[change.path]) if change.new else None,
            )
            for change in due
            if change.path not in taken
        ]
        catch_up(self.project.prover)
        for change, slot, found in self._fresh:
            seen = finished(self.project.prover, change, slot, found)
            if seen:
                self.seen[change.path] = seen
            if seen and not seen.is_folder:
                remember(self.project.prover, change, seen)  # a rename will make it another
        return changes

    def remember(self) -> None:
        """Note what folders were made; a file is another since its rename, which was followed."""
        for change, _, _ in self._fresh:
            if (seen := self.seen.get(change.path)) and seen.is_folder:
                remember(self.project.prover, change, seen)

    def note(self, in_the_way: Collection[str]) -> dict[str, str]:
        """What the journal says of kept trees; `in_the_way` is what the user changed."""
        # That is saved elsewhere; as a spare it would be of no use.
        keep = {KEEP + path: how for path, how in self.kept.items() if path not in in_the_way}
        return keep | {TAKEN + path: how for path, how in self.taken.items()}

    def _staged(self, change: OutputChange, content: Content) -> Path:
        slot = self.staging.slot(confined(self.project.root, change.path))
        kind = self._taken(change, slot)
        if not kind:
            made = self._grafted(change, slot) or self._planted(change, content, slot)
            kind = made[0]
            self._fresh.append((change, slot, made[1]))
        if change.old and (how := self._keeps(change, change.old, kind)):
            self.kept[change.path] = how
        return slot

    def _keeps(self, change: OutputChange, old: str, kind: str) -> str:
        """How the old tree is to be kept, where the new one is of this kind."""
        released = parse_release_tag(self.plan.record.origin) is not None
        if released and (kind == "ready" or self.trees.is_claimed(change.path, old)):
            return "ready"
        # Nobody asked to have a copy twice: it is kept where the disk will not miss it.
        return "spare" if kind != "copy" or self.room.allows(change) else ""

    def _taken(self, change: OutputChange, slot: Path) -> str:
        """Move the kept tree of just this content to `slot`; says what it was kept as."""
        tree = self._ready.get(change.path)
        if tree is None or not _moved(self.project.prover, Path(tree.path), slot):
            return ""
        self.seen[change.path] = tree
        self.taken[change.path] = kind = Path(tree.path).parent.name
        return kind

    def _grafted(self, change: OutputChange, slot: Path) -> tuple[str, Census | None] | None:
        """Make the tree from the spare one, if there is one that holds what it should."""
        spare, prover = self._spares.get(change.path), self.project.prover
        if spare is None or not _moved(prover, Path(spare.tree.path), slot):
            return None
        return graft(prover, slot, spare)

    def _planted(
        self, change: OutputChange, content: Content, slot: Path
    ) -> tuple[str, Census | None]:
        self.room.make(change)
        return planted(self.project, content, slot)


def planted(project: Project, content: Content, slot: Path) -> tuple[str, Census | None]:
    """Make proven content at `slot`; returns the type of link, and what is there then."""
    if content.is_folder:
        slot.mkdir()
        if folds(slot):
            check_folded(content.files)
    return plant(project.prover, str(slot), content.files)


def finished(
    prover: Prover, change: OutputChange, path: Path, seen: Census | None
) -> Census | None:
    """Make an output at `path` what it is to be besides its content.

    `seen` is what is there when its content is. Returns what is there in the end.
    """
    if change.executable and change.new:
        make_executable(prover, change, path)
        seen = census(path)
    return seen


def remember(prover: Prover, change: OutputChange, seen: Census | None) -> None:
    """Note that what was seen is what the change brings."""
    if change.new and seen:
        prover.prove_tree(seen, change.new)


def _moved(prover: Prover, source: Path, slot: Path) -> bool:
    """Whether a rename can bring it there: from one mount to another none can."""
    with following(prover, [(source, slot)]):
        try:
            source.rename(slot)
        except OSError:
            return False
    return True


def make_executable(prover: Prover, change: OutputChange, path: Path) -> None:
    """As DVC does it, which with links makes the object itself executable."""
    if not change.executable or not change.new:
        return
    proofs = untouched(prover, [change.new])
    with suppress(OSError):  # another user's object in a shared cache: DVC lets it be, too
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
    restamp(prover, proofs)
