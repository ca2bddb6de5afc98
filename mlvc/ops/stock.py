"""Whether the cache has what lies in the workspace, or that is the only copy."""

import time

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
