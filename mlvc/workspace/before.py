"""What a tree was before some files of it were replaced: one look instead of two."""

import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from mlvc.workspace.census import Census, census
from mlvc.workspace.memo import Proof
from mlvc.workspace.planting import Changed


class Before:
    """The files of a tree that are going to be taken away, as they are now.

    Nothing is followed out of the tree: raises `Changed` where a folder that files will go from or
    come to is none, or where one that is to go is not there.
    """

    def __init__(self, tree: Path, gone: Collection[str], late: Collection[str]) -> None:
        self._late = frozenset(late)
        for folder in {os.path.dirname(name) for name in (*gone, *late)}:
            _refuse_links(tree, folder)
        self._gone: dict[str, tuple[int, ...]] = {}
        for name in gone:
            found = census(tree / name)
            if found is None or found.is_folder:
                raise Changed(str(tree / name))
            self._gone[name] = found.files[""]

    def fingerprint(self, after: Census, proofs: Iterable[Proof]) -> str:
        """What the fingerprint of the whole was, if nothing but those files was changed.

        `after` is the tree now, `proofs` what was known of the objects that came. To link an object
        or to take a link away changes the ctime of all its links, and nothing else of them.
        """
        ctimes = {proof.stamp[1]: proof.stamp[4] for proof in proofs}
        ctimes |= {stamp[1]: stamp[4] for stamp in self._gone.values() if len(stamp) > 1}
        files = {name: stamp for name, stamp in after.files.items() if name not in self._late}
        for name, stamp in files.items():
            if len(stamp) > 1 and stamp[1] in ctimes:
                files[name] = (*stamp[:4], ctimes[stamp[1]], *stamp[5:])
        files |= self._gone
        return replace(after, files=files).fingerprint


def _refuse_links(tree: Path, folder: str) -> None:
    path = tree
    for part in filter(None, folder.split("/")):
        path /= part
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return  # it will be made
        if not stat.S_ISDIR(mode):
            raise Changed(str(path))
