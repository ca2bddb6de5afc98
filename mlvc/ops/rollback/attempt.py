"""One rollback as a transaction: stage, journal, swap, commit, index; or nothing at all."""

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mlvc.domain import rollback
from mlvc.domain.plan import Plan
from mlvc.ops.following import following
from mlvc.ops.keeping import NEW, OLD, SEEN, moves
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.recover import Recovered, settle
from mlvc.ops.rollback import preflight
from mlvc.ops.rollback.files import stage_files
from mlvc.ops.rollback.live import Live, refuse_others
from mlvc.ops.rollback.saving import save
from mlvc.ops.rollback.staging import Outputs
from mlvc.ops.rollback.telling import tell_dvc
from mlvc.registry import commits
from mlvc.registry.grafts import Forest
from mlvc.registry.index import Index
from mlvc.registry.trees import Entry
from mlvc.workspace import journal as journals
from mlvc.workspace import transaction
from mlvc.workspace.beside import beside
from mlvc.workspace.journal import Journal
from mlvc.workspace.planting import Changed
from mlvc.workspace.staging import Staging
from mlvc.workspace.transaction import Change
from mlvc.workspace.undisturbed import undisturbed

if TYPE_CHECKING:
    from mlvc.ops.promoting import Return


class RolledBack(NamedTuple):
    """A finished rollback. `commit` is empty where nothing had to be done.

    `saved` says where bytes of the user's are that were in the way; `stale` names stages that
    `dvc repro` would run all the same; `back` is the promotion, where one was asked for. `kept` are
    old outputs that are kept for the way back as copies, and about how many bytes each takes.
    """

    plan: Plan
    commit: str = ""
    branch: str = ""
    saved: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    back: "Return | None" = None
    kept: Mapping[str, int] = MappingProxyType({})


class Attempt:
    """One transaction; every way out of `run` leaves the old state or the new one."""

    def __init__(
        self,
        project: Project,
        plan: Plan,
        live: Live,
        proven: preflight.Proven,
        back: "Return | None",
    ) -> None:
        self.project, self.plan, self.live, self.proven = project, plan, live, proven
        self.back = back
        self.id = os.urandom(6).hex()
        self.places = Places(project)
        self.home = self.places.homes / self.id
        self.index = Index(project.repo.git, project.repo.git_dir)
        self.forest = Forest(project.repo.git, plan.head)
        self.saved: tuple[str, ...] = ()

    def surely(self, ref: str, *, switch: bool) -> RolledBack:
        """`run`, again where some object is not as it was remembered to be: all are looked at."""
        try:
            return self.run(ref, switch=switch)
        except Changed:
            self.project.prover.doubt()
            self.proven = preflight.prove(self.project, self.plan)
            return self.run(ref, switch=switch)

    def run(self, ref: str, *, switch: bool) -> RolledBack:
        """The rollback, or what it raises and no change."""
        try:
            note = self._note(ref, switch=switch)
            outputs, changes = self._stage(note)
            with beside(partial(self._tell, outputs), files=self._size(outputs)) as tell:
                new = self._swap(note | outputs.note(self.live.in_the_way), changes)
                with undisturbed():
                    done = self._publish(ref, new, switch=switch)
                    with suppress(Exception):  # what is not remembered is found out again
                        outputs.remember()
                        self.project.prover.save(self.project.root)
                        tell()
        except BaseException:
            # Interrupted or failed: settling looks on which side of the point of no return, and
            # ends there, exactly as `mlvc recover` would after a kill.
            with undisturbed():
                undone = settle(self.project)
                if undone.saved:  # beside the error, which says nothing of them
                    self.project.tell_recovered(undone)
                with suppress(OSError):
                    self.project.prover.save(self.project.root)
            raise
        branch = ref.removeprefix("refs/heads/")
        saved = (*self.saved, *done.saved)
        return RolledBack(self.plan, new, branch, saved, back=self.back, kept=outputs.room.taken)

    def _stage(self, note: Mapping[str, str]) -> tuple[Outputs, list[Change]]:
        """Make, beside what is live, what is to be."""
        journal = Journal(self.id, note, homes=(str(self.home),))
        journals.write(self.places.journal, journal, self.project.root)
        self.index.hold()
        self.staging = Staging(self.project.root, self.home)
        outputs = Outputs(self.project, self.plan, self.staging, self.proven)
        return outputs, outputs.stage(self.live.due, self.proven.contents)

    def _swap(self, note: Mapping[str, str], outputs: list[Change]) -> str:
        """Bring it live, durably; returns the commit that is to be published."""
        new = self._commit(self._entries())
        changes = [*stage_files(self.project, self.plan, new, self.staging), *outputs]
        target = self.places.saved / self.id
        self.saved = save(self.project, self.plan, self.live.in_the_way, target)
        swaps = transaction.plan_swaps(changes, self.staging)
        refuse_others(self.live, self.project.root, swaps)
        journal = Journal(self.id, {**note, "new": new}, tuple(swaps), (str(self.home),))
        journals.write(self.places.journal, journal, self.project.root)
        if self.back:
            # Before anything is live: signing may fail. What is synced next is it, too.
            self.back.write(self.project)
        transaction.apply(journal, following(self.project.prover, moves(swaps)))
        return new

    def _publish(self, ref: str, new: str, *, switch: bool) -> Recovered:
        """Move the branch, the point of no return, and clear up."""
        old = commits.ZERO if switch else self.plan.head
        reason = f"mlvc rollback: to {self.plan.record.target}"
        commits.move(self.project.repo.git, ref, new, old, reason)
        return settle(self.project)

    def _tell(self, outputs: Outputs) -> None:
        """Note for DVC what was staged: it holds wherever that is moved."""
        before = {change.path: change.old for change in self.live.due}
        tell_dvc(self.project, outputs.seen, self.proven.contents, before)

    def _size(self, outputs: Outputs) -> int:
        """The files about which there is something to tell, where another process may do so."""
        if self.project.store.is_open:
            return 0  # SQLite stands no fork while DVC's state is open
        self.project.memo.rest()
        return sum(len(seen.files) for seen in outputs.seen.values())

    def _note(self, ref: str, *, switch: bool) -> dict[str, str]:
        """What recovery needs to know besides the swaps."""
        due = self.live.due
        return {
            "what": self.plan.record.target,
            "ref": ref,
            "switch": "yes" if switch else "",
            "looked": str(self.live.looked),
            "origin": self.plan.record.origin,
            **(self.back.note if self.back else {}),
            **{SEEN + path: fingerprint for path, fingerprint in self.live.clean.items()},
            **{OLD + change.path: change.old for change in due if change.old},
            **{NEW + change.path: change.new for change in due if change.new},
        }

    def _entries(self) -> dict[str, Entry | None]:
        """The plan's edits as Git entries."""
        tree = self.project.tree(self.plan.head)
        entries: dict[str, Entry | None] = {}
        for path, edit in self.plan.edits.items():
            if isinstance(edit, bytes):
                mode = tree[path].mode if path in tree else "100644"
                entries[path] = self.forest.blob(edit, mode)
            else:
                entries[path] = Entry(edit.mode, edit.id) if edit else None
        return entries

    def _commit(self, entries: Mapping[str, Entry | None]) -> str:
        """Store the commit, and what it holds, that is to be published."""
        message = rollback.compose(self.plan.model, self.plan.record)
        inside = {self.project.repo.prefix + path: entry for path, entry in entries.items()}
        new = commits.build(self.forest, self.plan.head, inside, message)
        self.index.prepare(inside)
        self.project.derive(new, self.plan.head, entries)
        return new
