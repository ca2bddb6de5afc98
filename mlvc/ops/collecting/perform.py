"""Removing the objects that nothing needs, from the cache and from a remote."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from time import time

from mlvc.artifacts import collecting
from mlvc.domain.collection import Found, Stock, sort_out
from mlvc.errors import Exit, MlvcError
from mlvc.ops.collecting.folders import with_files
from mlvc.ops.collecting.holding import alone, checkouts
from mlvc.ops.collecting.needs import needs
from mlvc.ops.project import Project
from mlvc.registry import upstream
from mlvc.registry.tips import tips, worktrees

Progress = Callable[[str], None]
GRACE = 14 * 86_400.0
"""Seconds that an object is kept after its last change though nothing needs it, as Git does."""


@dataclass(frozen=True)
class Request:
    """What is to be collected: the cache, and with `remote` that DVC remote too.

    Objects that were changed or linked in the last `grace` seconds stay. `others` are further
    clones whose needs count; `sole` says that nothing else uses a cache that lies outside this one.
    `lost` are manifests that nobody has any more.
    """

    remote: str | None = None
    grace: float = GRACE
    others: tuple[Path, ...] = ()
    sole: bool = False
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Emptied:
    """What goes from one place, and what stays: numbers of objects, and bytes.

    `recent` is not needed either, but too young to go.
    """

    place: str
    is_remote: bool
    objects: int
    size: int
    kept: int
    kept_size: int
    recent: int
    recent_size: int
    digests: tuple[str, ...]


@dataclass(frozen=True)
class Collection:
    """What was removed, or would be. `counts` says how many of each kind need the rest."""

    places: tuple[Emptied, ...]
    counts: Mapping[str, int]
    done: bool

    @property
    def objects(self) -> int:
        """How many objects go in all."""
        return sum(place.objects for place in self.places)


def collect(
    project: Project,
    request: Request,
    agree: Callable[[Collection], None] = lambda _: None,
    progress: Progress = lambda _: None,
    *,
    dry_run: bool = False,
) -> Collection:
    """Remove what nothing needs; `agree` is shown what would go, and may raise.

    Raises `MlvcError`: LOCKED where another mlvc or DVC is at work, MISSING or CORRUPT where it is
    not known what is needed. Then nothing was removed.
    """
    clones = [project, *(Project.find(folder.resolve()) for folder in request.others)]
    _refuse_shallow(clones)
    _refuse_shared(project, clones, request)
    with ExitStack() as held:
        if not dry_run:
            held.enter_context(alone(clones))
        theirs = [upstream.seen(one.repo.git) if request.remote else {} for one in clones]
        for one, refs in zip(clones, theirs, strict=True):
            held.enter_context(upstream.brought(one.repo.git, refs))
        before = [tips(one.repo.git) for one in clones]
        plan, stocks = _planned(project, clones, request, progress)
        if dry_run or not plan.objects:
            return plan
        agree(plan)
        now = [upstream.seen(one.repo.git) if request.remote else {} for one in clones]
        if (now, [tips(one.repo.git) for one in clones]) != (theirs, before):
            raise MlvcError(
                "branches or tags have changed meanwhile", "Run it again. Nothing was collected."
            )
        _remove(project, stocks, progress)
    return replace(plan, done=True)


def _refuse_shallow(clones: Sequence[Project]) -> None:
    for clone in clones:
        if clone.repo.is_shallow:
            raise MlvcError(
                f"{clone.root} is a shallow clone: nobody knows what older rollbacks need",
                "`git fetch --unshallow --tags` first.",
            )


def _refuse_shared(project: Project, clones: Sequence[Project], request: Request) -> None:
    cache = project.store.cache.root.resolve()
    own = [tree.path for clone in clones for tree in worktrees(clone.repo.git)]
    inside = any(cache.is_relative_to(path.resolve()) for path in own)
    if not inside and len(clones) == 1 and not request.sole:
        raise MlvcError(
            f"the cache {cache} lies outside this clone, so other clones may use it",
            "Name them, so that what they need stays: `--projects DIR` for each; or say `--sole`"
            " where there is none.",
        )


def _planned(
    project: Project, clones: Sequence[Project], request: Request, progress: Progress
) -> tuple[Collection, dict[str | None, Stock]]:
    values, counts, unknown = set[str](), Counter[str](), set(request.lost)
    for clone in clones:
        progress(f"what {clone.root} needs")
        found = needs(clone)
        values |= with_files(clone, found, request.lost, progress)
        counts += found.counts
        unknown -= found.values.keys()
    if unknown:
        raise MlvcError(
            f"nothing needs a manifest {min(unknown)}",
            "`--lost` takes the digest that a refusal names, such as 0123….dir.",
            Exit.USAGE,
        )
    counts["worktree"] = sum(len(checkouts(clone)) for clone in clones)
    before = time() - request.grace if request.grace else inf
    stocks: dict[str | None, Stock] = {}
    for remote, objects in _listed(project, request, progress):
        stocks[remote] = sort_out(objects, values, before)
    places = tuple(_emptied(project, *item) for item in stocks.items())
    return Collection(places, dict(counts), done=False), stocks


def _listed(
    project: Project, request: Request, progress: Progress
) -> Iterator[tuple[str | None, list[Found]]]:
    progress("listing the cache")
    yield None, collecting.in_cache(project.store)
    if request.remote:
        progress(f"listing remote {request.remote}")
        yield request.remote, collecting.on_remote(project.store, request.remote)


def _emptied(project: Project, remote: str | None, stock: Stock) -> Emptied:
    return Emptied(
        place=remote or str(project.store.cache.root),
        is_remote=remote is not None,
        objects=len(stock.garbage),
        size=_size(stock.garbage),
        kept=len(stock.needed),
        kept_size=_size(stock.needed),
        recent=len(stock.recent),
        recent_size=_size(stock.recent),
        digests=tuple(one.digest for one in stock.garbage),
    )


def _size(objects: Sequence[Found]) -> int:
    return sum(one.size for one in objects)


def _remove(project: Project, stocks: Mapping[str | None, Stock], progress: Progress) -> None:
    for remote, stock in stocks.items():
        where = f"remote {remote}" if remote else "the cache"

        def told(count: int, where: str = where, of: int = len(stock.garbage)) -> None:
            progress(f"collecting {where} ({count:,} of {of:,})")

        collecting.remove(project.store, remote, stock.garbage, told)
