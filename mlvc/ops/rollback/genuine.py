"""Whether what a plan restores is the model that was released: its SHA-256 is in the tag."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.domain import lineage
from mlvc.domain.pipeline import inside
from mlvc.domain.plan import Plan
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError, naming
from mlvc.ops.digesting import model_digest
from mlvc.ops.neighbours import of_another
from mlvc.ops.project import Project
from mlvc.ops.reading import live_digest
from mlvc.registry import commits
from mlvc.registry.git import Git
from mlvc.workspace.census import Census

_OR_FILTERS = ", or a filter of .gitattributes is not set up here as it was there"
_POINTER = b"version https://git-lfs"


def refuse_forged(
    project: Project,
    plan: Plan,
    contents: Mapping[str, Content],
    trees: Mapping[str, Census],
) -> None:
    """Compare the model with the `Model-Digest` of its release, if that is the target and has one.

    `contents` are the proven outputs, `trees` what is kept of them beside the live ones. What
    Git tracks is digested as a checkout has it. What waits for its proof is judged then. Raises
    `MlvcError` (CORRUPT, or MISSING where only Git LFS has the content).
    """
    release = project.release(plan.model, plan.record.target)
    if release is None or not release.digest:
        return
    artifact = lineage.find(project.snapshot(release.commit).pipeline, release.model, release.name)
    path, found = release.path or artifact.path, []
    deferred = project.prover.deferred
    for out, content in contents.items():
        waits = out not in trees and deferred.waits_for(content.files.values())
        if waits and inside(path, out):
            deferred.checks.append(partial(refuse_forged, project, plan, contents, trees))
            return
    for digest in digests(project, release, path, contents, trees):
        if digest == release.digest:
            return
        found.append(digest)
    if error := of_another(project, release):
        raise error
    raise MlvcError(
        f"{path} of {release.name} is not what was released: its digest is"
        f" {(found or ['none, for it is not there'])[0]}, the tag says {release.digest}",
        "Do not use it: the tag or the store was tampered with"
        f"{_OR_FILTERS if path in project.tree(release.commit) else ''}. Nothing was touched.",
        Exit.CORRUPT,
    )


def digests(
    project: Project,
    release: Release,
    model: str,
    contents: Mapping[str, Content],
    trees: Mapping[str, Census],
) -> Iterator[str]:
    """The digests that `model` of a release can be said to have: one, or two of what Git tracks."""
    for path, content in contents.items():
        if inside(model, path):
            part = content.part(os.path.relpath(model, path))
            if part:
                tree = trees.get(path) if part is content else None
                yield model_digest(project.prover, part, tree)
            return
    files = [path for path in project.tree(release.commit) if inside(path, model)]
    if files:
        yield from _of_git(project, release, model, files)


def _of_git(project: Project, release: Release, model: str, files: list[str]) -> Iterator[str]:
    """The digest of the files as checked out, then of the bytes that Git keeps.

    The latter for line ends and filters that are set up in another way than where it was released:
    Git's own bytes are as good, since the filters are the user's.
    """
    prefix = project.repo.prefix
    with tempfile.TemporaryDirectory(prefix="mlvc-model-") as scratch:
        root = Path(scratch)
        top = Git(project.repo.top)
        commits.check_out(top, release.commit, [prefix + p for p in files], root)
        yield live_digest(root / prefix / model)
        refuse_pointers(root / prefix, files, release)
    with tempfile.TemporaryDirectory(prefix="mlvc-model-") as scratch:
        root = Path(scratch)
        for path, data in project.read(release.commit, files).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with naming(root / path):
                (root / path).write_bytes(data)
        yield live_digest(root / model)


def refuse_pointers(root: Path, files: Iterable[str], release: Release) -> None:
    """Refuse files below `root` of which Git LFS has the content; raises `MlvcError` (MISSING)."""
    for path in files:
        file = root / path
        if file.is_symlink():
            continue
        with file.open("rb") as opened:
            pointer = opened.read(len(_POINTER)) == _POINTER
        if pointer:
            raise MlvcError(
                f"{path} of {release.name} is in Git LFS, and Git has only the pointer to it here",
                "`git lfs install`, then run again.",
                Exit.MISSING,
            )
