"""Merging `dvc.lock` as Git asks a merge driver to: of three files, ours becomes the result."""

from pathlib import Path

from mlvc.artifacts.lock_merging import Merged, merge
from mlvc.errors import Exit, MlvcError
from mlvc.registry.git import Git
from mlvc.workspace.durable import write_whole

_CONFLICTS = 127  # `git merge-file` counts them, up to that


def merge_files(base: Path, ours: Path, theirs: Path) -> Merged:
    """Merge into `ours`: by stage, or by line where one of them is no lock of DVC."""
    found = merge(base.read_bytes(), ours.read_bytes(), theirs.read_bytes())
    if found is None:
        return _by_line(base, ours, theirs)
    write_whole(ours, found.text)
    return found


def _by_line(base: Path, ours: Path, theirs: Path) -> Merged:
    names = ("-L", "ours", "-L", "base", "-L", "theirs")
    git = Git(ours.parent)
    done = git.run("merge-file", "-p", *names, str(ours), str(base), str(theirs))
    if not 0 <= done.returncode <= _CONFLICTS:
        raise MlvcError("git merge-file failed", "Merge dvc.lock by hand.", Exit.REFUSED)
    write_whole(ours, done.stdout)
    return Merged(done.stdout, ("dvc.lock",) if done.returncode else (), ())
