"""Telling DVC what was restored, so that its next look at it reads no content."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.artifacts.state import Known, knows, tell
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.reading import spread
from mlvc.workspace.census import Census

_SAMPLE = 32
_known = partial(tuple.__new__, Known)


def tell_dvc(
    project: Project,
    seen: Mapping[str, Census],
    contents: Mapping[str, Content],
    before: Mapping[str, str | None],
) -> None:
    """Note in DVC's state what outputs were restored, by path what was staged and its content.

    `before` are the digests of what was live. Needs DVC's lock. What cannot be noted, and what
    `mlvc recover` finishes, DVC reads once.
    """
    database = project.store.state
    if database is None:
        return
    # Stamps of before the swap: no rename changes inodes, sizes and mtimes, while what someone
    # wrote to the live files since does. DVC sees that, as it should.
    files: list[Known] = []
    for path, staged in seen.items():
        live = project.root.absolute() / path
        due = _late(project, database, live, staged, (before.get(path), contents[path].digest))
        files += _files(live, staged, contents[path].files if due is None else due)
    tell(database, files)


def _late(
    project: Project, database: Path, live: Path, staged: Census, digests: tuple[str | None, str]
) -> Mapping[str, str] | None:
    """The files that are others than before, where DVC knows those that are not; None for all.

    A link to the same object is the same file to DVC. Whether it knows of them is seen by some: all
    were noted together, by a rollback or by DVC's own checkout.
    """
    old, new = digests
    if old is None or not (old.endswith(".dir") and new.endswith(".dir")):
        return None
    names = spread(list(staged.files), _SAMPLE)
    some = list(_files(live, staged, dict.fromkeys(names, ":")))
    known = {file.path for file in knows(database, some)}
    if len(known) * 2 < len(some):
        return None  # most differ
    try:
        _, late = project.prover.differing(old, new, live.name)
    except MlvcError:
        return None
    stay = (file.path for file in some if file.path[len(f"{live}/") :] not in late)
    return late if known.issuperset(stay) else None


def _files(live: Path, staged: Census, files: Mapping[str, str]) -> Iterator[Known]:
    # In the order of the manifest, which is that of the paths.
    top, seen = str(live), staged.files
    for name, digest in files.items():
        stamp = seen.get(name, ())
        if len(stamp) > 1:  # a file, or a link that leads to one
            # Not by `Known(…)`, which is Python's own code: there may be 100,000.
            yield _known((f"{top}/{name}" if name else top, digest, *stamp[1:4]))
