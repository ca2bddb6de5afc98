"""Telling DVC what was restored, so that its next look at it reads no content."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.artifacts.state import Known, tell
from mlvc.ops.project import Project
from mlvc.workspace.census import Census


def tell_dvc(project: Project, seen: Mapping[str, Census], contents: Mapping[str, Content]) -> None:
    """Note in DVC's state what outputs were restored, by path what was staged and its content.

    Needs DVC's lock. What cannot be noted, and what `mlvc recover` finishes, DVC reads once.
    """
    database = project.store.state
    if database is None:
        return
    # Stamps of before the swap: no rename changes inodes, sizes and mtimes, while what someone
    # wrote to the live files since does. DVC sees that, as it should.
    files = (
        file
        for path, staged in seen.items()
        for file in _files(project.root.absolute() / path, staged, contents[path])
    )
    tell(database, files)


def _files(live: Path, staged: Census, content: Content) -> Iterator[Known]:
    # In the order of the manifest, which is that of the paths.
    for name, digest in content.files.items():
        stamp = staged.files.get(name, ())
        if len(stamp) > 1:  # a file, or a link that leads to one
            _, inode, size, mtime = stamp[:4]
            yield Known(f"{live}/{name}" if name else str(live), digest, inode, size, mtime)
