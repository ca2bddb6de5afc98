"""Everything that can refuse a rollback, before anything is touched."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mlvc.artifacts.objects import Content, ObjectError, missing_object
from mlvc.domain.plan import OutputChange, Plan
from mlvc.errors import Exit, MlvcError
from mlvc.ops import importing
from mlvc.ops.places import Places
from mlvc.ops.planting import Spare
from mlvc.ops.project import Project
from mlvc.ops.rollback.genuine import refuse_forged
from mlvc.registry.trees import named
from mlvc.workspace.census import Census, census

_ROW = 60  # bytes of a manifest for each file, at least


class Proven(NamedTuple):
    """The proven content of outputs, by path; of some there is a kept tree, or a spare one."""

    contents: Mapping[str, Content]
    trees: Mapping[str, Census]
    spares: Mapping[str, Spare]


def prove(project: Project, plan: Plan) -> Proven:
    """Prove every output that the plan restores.

    Large objects that are to be copied are proven then: `copying.catch_up` when all is staged.
    Kept trees are looked at last: what is fetched before takes its time, and they are not looked
    at again.
    """
    kept = Places(project).kept
    changes = [change for change in plan.outputs if change.new]
    changes.sort(key=lambda change: kept.find(change.path, change.new or "") is not None)
    contents: dict[str, Content] = {}
    trees: dict[str, Census] = {}
    for change in changes:
        tree = ready(project, change.path, change.new or "")
        if tree:
            trees[change.path] = tree
        contents[change.path] = _content(project, plan, change, tree)
    try:
        refuse_forged(project, plan, contents, trees)
    except ObjectError as error:
        if error.code != Exit.MISSING or not trees:
            raise
        # The kept tree has what the cache has lost. By its objects the digest is told, so it must
        # have them again.
        contents |= {c.path: _content(project, plan, c, None) for c in changes if c.path in trees}
        refuse_forged(project, plan, contents, trees)
    due = [change.path for change in changes if change.differs and change.path not in trees]
    looked = {path: spare(project, path, contents[path]) for path in due}
    spares = {path: found for path, found in looked.items() if found}
    for path in looked.keys() - spares.keys():
        # Each object will be asked about: better now, while another process looks at what is live.
        project.memo.proofs(set(contents[path].files.values()))
    return Proven(contents, trees, spares)


def about(project: Project, plan: Plan) -> int:
    """About how many files the plan's outputs have, by the sizes of their manifests."""
    cache = project.store.cache
    folders = [change.new for change in plan.outputs if change.new and change.new.endswith(".dir")]
    paths = [cache.path(digest) for digest in folders]
    return sum(path.stat().st_size for path in paths if path.exists()) // _ROW


def ready(project: Project, path: str, digest: str) -> Census | None:
    """A kept tree of just this content: what it holds needs no further proof."""
    found = Places(project).kept.find(path, digest)
    tree = census(found) if found else None
    return tree if tree and _holds(project, tree, digest) else None


def _holds(project: Project, tree: Census, digest: str) -> bool:
    """Whether a kept tree is just this content, and all links in it are to its objects.

    A repository may bring a tree along: what its links lead to can be changed when it is live.
    """
    return _is_linked_well(project, tree, digest) and project.prover.holds(tree, digest)


def _is_linked_well(project: Project, tree: Census, digest: str) -> bool:
    links = tree.links
    if not links:
        return True
    with suppress(MlvcError):
        files, cache = project.prover.content(digest, tree.path).files, project.store.cache
        ways = ((Path(tree.path, name).readlink(), files.get(name)) for name in links)
        return all(to is not None and str(way) == cache.file(to) for way, to in ways)
    return False


def spare(project: Project, path: str, content: Content) -> Spare | None:
    """The spare tree of an output, if it holds what it should, and how it becomes this content."""
    found, prover = Places(project).kept.spare(path), project.prover
    # Where all is to be read, what is new is read for less than what is old as well.
    if found is None or prover.memo.blind or prover.doubtful or not content.is_folder:
        return None
    tree, digest = found
    with suppress(MlvcError, OSError):  # nobody needs its manifest: it was collected
        if not prover.cache.alike(digest, content.digest):
            return None  # making all anew is as fast, and needs no look at what is there
        seen = census(tree)
        if seen is None or not seen.is_folder or not _holds(project, seen, digest):
            return None
        return Spare(seen, *prover.differing(digest, content.digest, path))
    return None


def prepared(project: Project, plan: Plan) -> frozenset[str]:
    """The outputs that a rollback would exchange for trees that are kept ready."""
    kept = Places(project).kept
    return frozenset(
        change.path
        for change in plan.outputs
        if change.new
        and change.differs
        and (found := kept.find(change.path, change.new))
        and found.parent.name == "ready"
        and ready(project, change.path, change.new)
    )


def _content(project: Project, plan: Plan, change: OutputChange, tree: Census | None) -> Content:
    digest = change.new or ""
    if tree:
        return project.prover.outlined(digest, change.path)
    release = project.release(plan.model, plan.record.target)
    model = release is not None and release.digest is not None and release.path == change.path
    deferred = project.prover.deferred
    if release and release.digest and model and not digest.endswith(".dir"):
        deferred.expected[digest] = release.digest.removeprefix("sha256:")
    # What differs is made of its objects, and each is looked at when it is used.
    project.prover.trusting = change.differs
    with deferred.opened(really=change.differs):
        return importing.fetched(
            project, plan.commit, change.path, digest, change.origin, sha256=model
        )


def refuse_missing(project: Project, plan: Plan) -> None:
    """Refuse objects that are not in the cache, where there is no remote to fetch them from."""
    for change in plan.outputs:
        own = change.origin
        if not change.new or own.imported_by or project.store.remote_of(own.remote):
            continue
        if ready(project, change.path, change.new) is None:
            for digest in project.store.cache.missing([change.new]):
                raise missing_object(digest, change.path)


def branch_ref(project: Project, plan: Plan, branch: str | None) -> str:
    """The full name of the branch that will have the commit; refuses where there can be none."""
    if named(project.repo.git, "HEAD") != plan.head:
        raise MlvcError("HEAD has moved since the plan was made", "Run the rollback again.")
    if operation := project.repo.operation:
        end = "reset" if operation == "bisect" else "--abort"
        raise MlvcError(
            f"a {operation} is in progress", f"Finish it, or `git {operation} {end}`, first."
        )
    if branch is None:
        current = project.repo.branch
        if current is None:
            raise MlvcError(
                "HEAD is detached: a rollback is a commit, and needs a branch",
                "Say `--branch NAME` to make one here, or `git switch` to a branch.",
            )
        return current
    git = project.repo.git
    if branch.startswith("-") or not git.holds("check-ref-format", f"refs/heads/{branch}"):
        raise MlvcError(
            f"{branch!r} cannot name a branch", "See `git help check-ref-format`.", Exit.USAGE
        )
    if git.holds("show-ref", "--verify", "--quiet", f"refs/heads/{branch}"):
        raise MlvcError(f"branch {branch} exists", "Choose another name.")
    return f"refs/heads/{branch}"
