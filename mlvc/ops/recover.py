"""`mlvc recover`: finish or undo what a crash left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlvc.artifacts import rwlock
from mlvc.errors import Exit, MlvcError
from mlvc.ops import keeping, retagging, strays, underway
from mlvc.ops.following import unharmed
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.registry import head, stale_locks, tags, worktrees
from mlvc.registry.index import Index
from mlvc.registry.trees import named
from mlvc.workspace import journal as journals
from mlvc.workspace import transaction
from mlvc.workspace.durable import sync_folder
from mlvc.workspace.journal import Journal
from mlvc.workspace.lock import locked
from mlvc.workspace.marker import marked
from mlvc.workspace.removal import remove_empty
from mlvc.workspace.staging import discard


@dataclass(frozen=True)
class Recovered:
    """What was found: `nothing`, `undone` or `finished`, of which request, and what was saved.

    `request` says what was asked for, `what` the release it was about.
    """

    outcome: str
    what: str = ""
    saved: tuple[str, ...] = ()
    request: str = "rollback to"


@contextmanager
def writing(project: Project) -> Iterator[None]:
    """Hold mlvc's lock, having cleared what a crash left; `project.tell_recovered` hears of it."""
    places = Places(project)
    with locked(places.private / "lock"):
        project.tell_recovered(settle(project))
        with marked(places.mark):
            yield


def resume(project: Project) -> Recovered:
    """Finish or undo an interrupted rollback; harmless when there is none."""
    with locked(Places(project).private / "lock"):
        return settle(project)


def recover(project: Project) -> Recovered:
    """The same, and clear what interrupted evaluations left."""
    private = Places(project).private
    with locked(private / "lock"):
        found = settle(project)
        try:
            with locked(private / "evaluating"):
                clear_evaluations(project)
        except MlvcError as error:
            if error.code != Exit.LOCKED:  # who evaluates has cleared what others left
                raise
        rwlock.mend(project.root)
        return found


def clear_evaluations(project: Project) -> None:
    """Clear what an interrupted evaluation left, for who holds their lock."""
    places = Places(project)
    worktrees.prune(project.repo.git, places.worktrees)
    # Where it was killed, its git was too, or its lock would not be ours.
    if places.evaluating.exists():
        stale_locks.remove(project.repo.git_dir, project.repo.common_dir)
        places.evaluating.unlink(missing_ok=True)


def settle(project: Project) -> Recovered:
    """`resume` for who holds the lock already. Can be killed and run again at any point."""
    places = Places(project)
    journal = journals.read(places.journal, project.root)
    index = Index(project.repo.git, project.repo.git_dir)
    underway.clear(project)
    if places.mark.exists():
        stale_locks.remove(project.repo.git_dir, project.repo.common_dir)
    if journal is None:
        index.release()
        if places.mark.exists():
            journals.clear(places.journal)
            places.mark.unlink()
        for home in places.homes.iterdir() if places.homes.is_dir() else ():
            discard(home)
        return Recovered("nothing")
    finished = _is_committed(project, journal)
    saved = (_finish if finished else _undo)(project, journal, index)
    with unharmed(project.prover, keeping.rest(journal, project.root)):
        transaction.dispose(journal)
    if finished:
        for swap in journal.swaps:
            if swap.kind == "remove":
                remove_empty(Path(swap.live).parent, project.root)
    journals.clear(places.journal)
    places.mark.unlink(missing_ok=True)
    outcome = "finished" if finished else "undone"
    note = journal.note
    request = note.get("request", Recovered.request)
    return Recovered(outcome, note.get("what", ""), tuple(map(str, saved)), request)


def _is_committed(project: Project, journal: Journal) -> bool:
    """Whether the point of no return was passed: the branch has the new commit."""
    ref, new = journal.note.get("ref"), journal.note.get("new")
    if not ref or not new:
        return False
    tip = named(project.repo.git, ref)
    return tip is not None and (tip == new or project.repo.is_ancestor(new, tip))


def _finish(project: Project, journal: Journal, index: Index) -> list[Path]:
    transaction.finish(journal)
    retagging.finish(project.repo.git, journal.note)
    if journal.note.get("switch"):
        head.switch(project.repo.git, project.repo.git_dir, journal.note["ref"])
    index.publish(journal.note["new"])
    sync_folder(project.repo.git_dir)  # before the journal goes: it would not be made again
    places = Places(project)
    saved = strays.save_old(journal, project.root, project.prover, places.saved / journal.id)
    keeping.keep_old(journal, project.root, project.prover, places.kept)
    return saved


def _undo(project: Project, journal: Journal, index: Index) -> list[Path]:
    kept = transaction.undo(journal)
    index.release()
    tag, new = journal.note.get("tag"), journal.note.get("new")
    # Where the tag is of another commit than the one that counts, as of a demotion.
    tagged = journal.note.get("tagged", new)
    if tag and tagged:
        tags.withdraw(project.repo.git, tag, tagged, journal.note.get("marked", ""))
    retagging.undo(project.repo.git, journal.note)
    places = Places(project)
    saved = places.saved / journal.id
    kept += strays.save_new(journal, project.root, project.store.cache, saved)
    keeping.put_back(journal, project.root, project.prover, places.kept)
    return kept
