"""Whether what lies in the workspace is anywhere else, or that is the only copy."""

import time

from mlvc.domain.plan import OutputChange
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.workspace.census import GRAIN


def has_all(project: Project, digest: str, what: str) -> bool:
    """Whether the cache has every object of a digest, of whatever content.

    Of a folder that is remembered, for as long as no object comes or goes.
    """
    cache, looked = project.store.cache, time.time_ns()
    try:
        if cache.missing([digest]):
            return False
        if not digest.endswith(".dir"):
            return True
        key, (now, newest) = f"whole:{digest}", cache.shelves()
        if project.memo.note(key) == now:
            return True
        found = not cache.missing(project.prover.manifest(digest, what).values())
    except MlvcError:
        return False  # nothing says what it should have
    # Two changes within a tick of the clock leave a folder the same times.
    if found and newest < looked - GRAIN:
        project.memo.note_on_save(key, now)
    return found


def is_only_copy(project: Project, change: OutputChange) -> bool:
    """Whether the old content of an output is neither in the cache nor on its remote.

    The remote is asked where the cache lacks something, and only then.
    """
    old = change.old or ""
    found = has_all(project, old, change.path)
    project.prover.put_away(old)
    if found:
        return False
    remote, cache = project.store.remote_of(change.origin.remote), project.store.cache
    if not remote:
        return True
    there = project.store.at(remote)
    try:
        files = there.manifest(old) or {} if old.endswith(".dir") else {}
        return bool(there.lacking(cache.missing([old, *files.values()])))
    except MlvcError:
        return True  # nobody can tell
