"""Telling DVC what was restored, so that its next look at it reads no content."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.artifacts.state import Known, tell
from mlvc.ops.project import Project
from mlvc.workspace.census import Census
from mlvc.workspace.memo import Memo


def tell_dvc(
    project: Project,
    before: Mapping[str, Census],
    seen: Mapping[str, Census],
    contents: Mapping[str, Content],
) -> None:
    """Note in DVC's state what outputs were restored, by path what was staged and its content.

    `before` is what was live. Needs DVC's lock. What cannot be noted, and what `mlvc recover`
    finishes, DVC reads once.
    """
    database = project.store.state
    if database is None:
        return
    keys = {path: f"told:{database}:{path}" for path in seen}
    told = {path: _told(project.memo, keys[path], before.get(path)) for path in seen}
    # Stamps of before the swap: no rename changes inodes, sizes and mtimes, while what someone
    # wrote to the live files since does. DVC sees that, as it should.
    files = (
        file
        for path, staged in seen.items()
        for file in _files(project.root.absolute() / path, staged, contents[path], told[path])
    )
    if tell(database, files):
        for path, staged in seen.items():
            project.memo.write_note(keys[path], staged.fingerprint)


def _told(memo: Memo, key: str, before: Census | None) -> Mapping[str, tuple[int, ...]]:
    """The files of which DVC was told when they went live, if they are untouched since."""
    known = before and memo.note(key) == before.fingerprint
    return before.files if before and known else {}


def _files(
    live: Path, staged: Census, content: Content, told: Mapping[str, tuple[int, ...]]
) -> Iterator[Known]:
    # In the order of the manifest, which is that of the paths.
    for name, digest in content.files.items():
        stamp = staged.files.get(name, ())
        same = told.get(name, ())[1:4] == stamp[1:4]
        if len(stamp) > 1 and not same:  # a file, or a link that leads to one
            _, inode, size, mtime = stamp[:4]
            yield Known(f"{live}/{name}" if name else str(live), digest, inode, size, mtime)
