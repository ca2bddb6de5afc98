"""`pre-commit`: what is wrong with a tree that is about to be committed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from shlex import quote

from mlvc.artifacts.documents import conflict
from mlvc.artifacts.outline import outlining
from mlvc.domain import belonging
from mlvc.domain.settings import KeptOut
from mlvc.errors import MlvcError
from mlvc.hooks.agreeing import disagreements
from mlvc.hooks.objection import Objection
from mlvc.hooks.projects import projects
from mlvc.ops.project import Project
from mlvc.registry.trees import Entry, sizes

_PARAMS = "params.yaml"
_FILES = ("100644", "100755")
_POINTER, _SHORT = b"version https://git-lfs", 1024  # bytes


@dataclass(frozen=True)
class _Change:
    """What a commit does to one project: its tree, its parents' trees, and what no parent has."""

    project: Project
    tree: str
    before: tuple[Mapping[str, Entry], ...]
    fresh: Mapping[str, Entry] = field(default_factory=dict)


def objections(top: Path, tree: str) -> tuple[Objection, ...]:
    """What speaks against committing a tree on HEAD; nothing where no project is concerned."""
    found: list[Objection] = []
    claimed: set[str] = set()
    for project in projects(top, tree):
        parents = [*_heads(project)]
        before = tuple(project.tree(parent) for parent in parents)
        now = project.tree(tree)
        fresh = {
            path: entry
            for path, entry in now.items()
            if all(one.get(path) != entry for one in before)
            and project.repo.prefix + path not in claimed
        }
        claimed |= {project.repo.prefix + path for path in now}
        found += _of(_Change(project, tree, before, fresh))
    return tuple(found)


def _heads(project: Project) -> Iterator[str]:
    """HEAD, if there is a commit, and what is being merged into it."""
    head = project.repo.git.maybe("rev-parse", "-q", "--verify", "HEAD^{commit}")
    merging = project.repo.git_dir / "MERGE_HEAD"
    yield from [head] if head else []
    yield from merging.read_text(encoding="ascii").split() if merging.is_file() else []


def _of(change: _Change) -> Iterator[Objection]:
    marked = list(_conflicts(change))
    yield from marked
    settings = KeptOut()
    try:
        settings = change.project.settings(change.tree).hooks
    except MlvcError as error:
        if _PARAMS in change.fresh.keys() - {one.what for one in marked}:
            yield Objection(_PARAMS, error.message.removeprefix(f"{_PARAMS}: "), error.hint)
    yield from _strangers(change, settings)
    if not marked:
        yield from disagreements(change.project, change.tree, change.fresh.keys())


def _conflicts(change: _Change) -> Iterator[Objection]:
    paths = [*outlining(change.fresh), *({_PARAMS} & change.fresh.keys())]
    for path, data in change.project.read(change.tree, paths).items():
        if conflict(data):
            yield Objection(
                path, "it has conflict markers", f"Resolve them, then `git add {_word(path)}`."
            )


def _strangers(change: _Change, settings: KeptOut) -> Iterator[Objection]:
    """Files that belong to DVC, and that Git does not have as such already."""
    project, before = change.project, change.before
    files = {path: e.id for path, e in change.fresh.items() if e.mode in _FILES}
    past = {path: [one[path].id for one in before if path in one] for path in files}
    size = sizes(project.repo.git, [*files.values(), *chain.from_iterable(past.values())])
    found = {}
    for path, blob in files.items():
        why = belonging.why(path, size[blob], settings.large)
        had = any(belonging.why(path, size[old], settings.large) for old in past[path])
        if why and not had and not any(fnmatchcase(path, one) for one in settings.allow):
            found[path] = why
    short = [files[path] for path in found if size[files[path]] <= _SHORT]
    texts = project.repo.blobs(short)
    pointers = {blob for blob, text in texts.items() if text.startswith(_POINTER)}
    yield from _named(change, {p: why for p, why in found.items() if files[p] not in pointers})


def _named(change: _Change, found: Mapping[str, str]) -> Iterator[Objection]:
    """The same with what to do; what `dvc.yaml` declares to be Git's is left out."""
    pipeline = change.project.outline(change.tree).pipeline
    for path, why in found.items():
        out, name = pipeline.output(path), _word(path)
        if out is None:
            todo = f"`git rm --cached {name} && dvc add {name}`"
            yield Objection(path, why, f"{todo}; or allow it in params.yaml: `mlvc.hooks.allow`.")
        elif out.cached:
            todo = f"`git rm --cached {name}`."
            yield Objection(path, f"DVC tracks it already, as {out.path}", todo)


def _word(path: str) -> str:
    """The path as a word of the shell, that is no option either."""
    return quote(f"./{path}" if path.startswith("-") else path)
