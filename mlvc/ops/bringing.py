"""Bringing outputs into the workspace after Git checked a commit out: local objects only."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from mlvc.domain.pipeline import Output, inside, overlaps
from mlvc.domain.plan import OutputChange, Plan
from mlvc.domain.rollback import RollbackRecord
from mlvc.errors import MlvcError
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.following import following
from mlvc.ops.keeping import NEW, OLD, moves
from mlvc.ops.lacking import of_head
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.reading import stamped
from mlvc.ops.recover import settle, writing
from mlvc.ops.rollback import live as lives
from mlvc.ops.rollback import preflight
from mlvc.ops.rollback.staging import Outputs
from mlvc.ops.rollback.telling import tell_dvc
from mlvc.ops.stock import has_all
from mlvc.workspace import journal as journals
from mlvc.workspace import transaction
from mlvc.workspace.census import census
from mlvc.workspace.confine import confined
from mlvc.workspace.hashing import dvc_md5
from mlvc.workspace.journal import Journal
from mlvc.workspace.planting import Changed
from mlvc.workspace.staging import Staging
from mlvc.workspace.undisturbed import undisturbed

_RECORD = RollbackRecord(commit="", origin="", target="")


@dataclass(frozen=True)
class Brought:
    """What came of it, as paths of outputs.

    `done` are there now, or gone where the commit has none. `kept` hold something that only the
    user has, and `missing` wait for objects: both were left as they are.
    """

    done: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()


def bring(project: Project, old: str, new: str) -> Brought:
    """Have the outputs that differ between two commits as `new`, which is HEAD, records them.

    All that can be brought switches as one transaction. `old` is empty where nothing was checked
    out before. Nothing is fetched. Raises `MlvcError`: CORRUPT, LOCKED …
    """
    changes = tuple(_changes(project, old, new))
    here = tuple(change for change in changes if _is_here(project, change))
    missing = tuple(change.path for change in changes if change not in here)
    if not here:
        return Brought(missing=missing)
    plan = Plan("", old or new, new, _RECORD, {}, here, frozenset(), ())
    with of_head(), writing(project):
        live = lives.look(project, plan, lives.glimpse(project, plan))
        kept = tuple(path for path in live.in_the_way if not _is_known(project, path))
        due = tuple(change for change in live.due if change.path not in kept)
        saved = _surely(project, plan._replace(outputs=due), live) if due else ()
    with suppress(OSError):  # it is done, whatever is remembered
        project.prover.save(project.root)
    return Brought(tuple(change.path for change in due), kept, missing, saved)


def _changes(project: Project, old: str, new: str) -> Iterator[OutputChange]:
    before, now = _outputs(project, old) if old else {}, _outputs(project, new)
    tracked = project.tree(new)
    for path, out in now.items():
        change = OutputChange.to(out, before.get(path))
        if change.differs:
            yield change
    for path in before.keys() - now.keys():
        taken = any(inside(file, path) for file in tracked)
        if not taken and not any(overlaps(path, other) for other in now):
            yield OutputChange(path, before[path].digest, None)


def _outputs(project: Project, commit: str) -> Mapping[str, Output]:
    """The outputs that DVC checks out."""
    stages = [stage for stage in project.snapshot(commit).pipeline.stages if not stage.unsupported]
    outs = (out for stage in stages for out in stage.outs)
    return {o.path: o for o in outs if o.cached and o.digest and not o.external and not o.persist}


def _is_here(project: Project, change: OutputChange) -> bool:
    """Whether the cache has what is to come, or what would go: else that is the only copy."""
    return has_all(project, change.new or change.old or "", change.path)


def _is_known(project: Project, path: str) -> bool:
    """Whether all that a path holds is in the cache, as after a rebase that was not followed."""
    cache, seen = project.store.cache, census(confined(project.root, path))
    if seen is None:
        return True
    for name in seen.files:
        file = Path(seen.path, name)
        if not file.is_file():
            return False
        digest = f"md5:{dvc_md5(file, 'md5')}"
        if stamped(cache.file(digest)) is None:
            return False
        try:
            project.prover.prove({digest: path})
        except MlvcError:  # corrupt there, so this is the only one
            return False
    return True


def _surely(project: Project, plan: Plan, live: lives.Live) -> tuple[str, ...]:
    """Switch, again where some object is not as it was remembered to be: all are looked at."""
    with dvc_locked(project.store):
        try:
            return _switch(project, plan, live)
        except Changed:
            project.prover.doubt()
            return _switch(project, plan, live)


def _switch(project: Project, plan: Plan, live: lives.Live) -> tuple[str, ...]:
    """Exchange the outputs, all or none; says where bytes of the user's were saved."""
    places, name = Places(project), os.urandom(6).hex()
    home = places.homes / name
    draft = Journal(name, _note(plan, live), homes=(str(home),))
    try:
        proven = preflight.prove(project, plan)
        project.prover.rest()
        journals.write(places.journal, draft, project.root)
        outputs = Outputs(project, plan, Staging(project.root, home), proven)
        changes = outputs.stage(plan.outputs, proven.contents)
        outputs.remember()
        swaps = tuple(transaction.plan_swaps(changes, outputs.staging))
        lives.refuse_others(live, project.root, swaps)
        note = {**draft.note, **outputs.note(())}
        journal = replace(draft, note=note, swaps=swaps)
        journals.write(places.journal, journal, project.root)
        transaction.apply(journal, following(project.prover, moves(swaps)))
        with undisturbed():
            # From here on a crash completes: HEAD is at this commit already.
            done = replace(journal, note={**note, "ref": "HEAD", "new": plan.commit})
            journals.write(places.journal, done, project.root)
            found = settle(project)
            with suppress(MlvcError, OSError):  # what DVC is not told, it reads once
                tell_dvc(project, outputs.seen, proven.contents, {})
    except BaseException:
        with undisturbed():
            settle(project)
        raise
    return found.saved


def _note(plan: Plan, live: lives.Live) -> dict[str, str]:
    """What recovery needs to know besides the swaps."""
    return {
        "request": "checkout of the outputs of",
        "what": plan.commit[:10],
        "looked": str(live.looked),
        **{OLD + change.path: change.old for change in plan.outputs if change.old},
        **{NEW + change.path: change.new for change in plan.outputs if change.new},
    }
