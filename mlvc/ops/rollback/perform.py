"""Performing a proven plan: fetch, prove, stage, journal, swap, commit, index."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from mlvc.domain import rollback
from mlvc.domain.plan import Plan
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.following import following
from mlvc.ops.keeping import NEW, OLD, SEEN, moves
from mlvc.ops.project import Project
from mlvc.ops.recover import Places, Recovered, settle, writing
from mlvc.ops.rollback import live as lives
from mlvc.ops.rollback import preflight
from mlvc.ops.rollback.saving import save
from mlvc.ops.rollback.staging import Outputs, stage_files
from mlvc.ops.rollback.standing import stale
from mlvc.ops.rollback.telling import tell_dvc
from mlvc.registry import commits
from mlvc.registry.index import Index
from mlvc.registry.trees import Entry
from mlvc.workspace import journal as journals
from mlvc.workspace import transaction
from mlvc.workspace.journal import Journal
from mlvc.workspace.planting import Changed
from mlvc.workspace.staging import Staging
from mlvc.workspace.undisturbed import undisturbed


@dataclass(frozen=True)
class RolledBack:
    """A finished rollback. `commit` is empty where nothing had to be done.

    `saved` says where bytes of the user's are that were in the way; `stale` names stages that
    `dvc repro` would run all the same.
    """

    plan: Plan
    commit: str = ""
    branch: str = ""
    saved: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def perform(
    project: Project, plan: Plan, *, branch: str | None = None, force: bool = False
) -> RolledBack:
    """Do what a plan says. It is done and durable, or nothing has changed.

    `branch` names a new branch for the commit; `force` saves uncommitted paths that are in the
    way. Raises `MlvcError`.
    """
    with writing(project):
        ref = preflight.branch_ref(project, plan, branch)
        commits.check_identity(project.repo.git)
        proven = preflight.prove(project, plan)
        live = lives.look(project, plan)
        if plan.is_empty:
            lives.refuse_damaged(live, plan)
            return RolledBack(plan)
        if not force:
            lives.refuse(live)
        plan = _with_clean_lineage(project, plan, live)
        with dvc_locked(project.store):
            attempt = _Rollback(project, plan, live, proven)
            done = attempt.surely(ref, switch=branch is not None)
        project.prover.save(project.root)
    return replace(done, stale=stale(project, plan, done.commit))


def rehearse(
    project: Project, plan: Plan, *, branch: str | None = None, force: bool = False
) -> tuple[str, ...]:
    """Refuse what `perform` would refuse, short of proving objects; returns what it would save."""
    preflight.branch_ref(project, plan, branch)
    preflight.refuse_missing(project, plan)
    live = lives.look(project, plan)
    if plan.is_empty:
        lives.refuse_damaged(live, plan)
        return ()
    if not force:
        lives.refuse(live)
    return live.in_the_way


def _with_clean_lineage(project: Project, plan: Plan, live: lives.Live) -> Plan:
    """The plan that also takes back uncommitted changes of files that are the same in both."""
    tree = project.tree(plan.head)
    again = {path: tree[path] for path in live.in_the_way if path in tree}
    return replace(plan, edits={**again, **plan.edits})


class _Rollback:
    """One transaction; every way out of `run` leaves the old state or the new one."""

    def __init__(
        self, project: Project, plan: Plan, live: lives.Live, proven: preflight.Proven
    ) -> None:
        self.project, self.plan, self.live, self.proven = project, plan, live, proven
        self.id = os.urandom(6).hex()
        self.places = Places(project)
        self.index = Index(project.repo.git, project.repo.git_dir)
        self.saved: list[str] = []
        self.outputs: Outputs | None = None

    def surely(self, ref: str, *, switch: bool) -> RolledBack:
        """`run`, again where some object is not as it was remembered to be: all are looked at."""
        try:
            return self.run(ref, switch=switch)
        except Changed:
            self.project.prover.doubt()
            self.proven = preflight.prove(self.project, self.plan)
            return self.run(ref, switch=switch)

    def run(self, ref: str, *, switch: bool) -> RolledBack:
        try:
            new = self._prepare(ref, switch=switch)
            with undisturbed():
                done = self._publish(ref, new, switch=switch)
        except BaseException:
            # Interrupted or failed: settling looks on which side of the point of no return, and
            # ends there, exactly as `mlvc recover` would after a kill.
            with undisturbed():
                settle(self.project)
                with suppress(OSError):
                    self.project.prover.save(self.project.root)
            raise
        if self.outputs:
            tell_dvc(self.project, self.live.seen, self.outputs.seen, self.proven.contents)
        return RolledBack(
            plan=self.plan,
            commit=new,
            branch=ref.removeprefix("refs/heads/"),
            saved=(*self.saved, *done.saved),
        )

    def _publish(self, ref: str, new: str, *, switch: bool) -> Recovered:
        """Move the branch, the point of no return, and clear up."""
        old = commits.ZERO if switch else self.plan.head
        reason = f"mlvc rollback: to {self.plan.record.target}"
        commits.move(self.project.repo.git, ref, new, old, reason)
        return settle(self.project)

    def _prepare(self, ref: str, *, switch: bool) -> str:
        """Everything up to the commit point; returns the commit that is to be published."""
        home = self.places.homes / self.id
        note = self._note(ref, switch=switch)
        journal = Journal(self.id, note, homes=(str(home),))
        journals.write(self.places.journal, journal, self.project.root)
        self.index.hold()
        staging = Staging(self.project.root, home)
        self.outputs = outputs = Outputs(self.project, self.plan, staging, self.proven.trees)
        changes = outputs.stage(self.live.due, self.proven.contents)
        entries = self._entries()
        new = self._commit(entries)
        self.index.prepare(entries)
        changes = [*stage_files(self.project, self.plan, new, staging), *changes]
        note |= {"new": new, **outputs.note(self.live.in_the_way)}
        target = self.places.saved / self.id
        self.saved = save(self.project, self.plan, self.live.in_the_way, target)
        swaps = transaction.plan_swaps(changes, staging)
        journal = Journal(self.id, note, tuple(swaps), (str(home),))
        journals.write(self.places.journal, journal, self.project.root)
        transaction.apply(journal, following(self.project.prover, moves(swaps)))
        return new

    def _note(self, ref: str, *, switch: bool) -> dict[str, str]:
        """What recovery needs to know besides the swaps."""
        due = self.live.due
        return {
            "what": self.plan.record.target,
            "ref": ref,
            "switch": "yes" if switch else "",
            "looked": str(self.live.looked),
            "origin": self.plan.record.origin,
            **{SEEN + path: fingerprint for path, fingerprint in self.live.clean.items()},
            **{OLD + change.path: change.old for change in due if change.old},
            **{NEW + change.path: change.new for change in due if change.new},
        }

    def _entries(self) -> dict[str, Entry | None]:
        """The plan's edits as Git entries, by path from the top of the worktree."""
        git, prefix = self.project.repo.git, self.project.repo.prefix
        tree = self.project.tree(self.plan.head)
        entries: dict[str, Entry | None] = {}
        for path, edit in self.plan.edits.items():
            if isinstance(edit, bytes):
                mode = tree[path].mode if path in tree else "100644"
                entries[prefix + path] = Entry(mode, commits.write_blob(git, edit))
            else:
                entries[prefix + path] = Entry(edit.mode, edit.id) if edit else None
        return entries

    def _commit(self, entries: Mapping[str, Entry | None]) -> str:
        message = rollback.compose(self.plan.model, self.plan.record)
        return commits.build(self.project.repo.git, self.plan.head, entries, message)
