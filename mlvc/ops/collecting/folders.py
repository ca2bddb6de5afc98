"""The files of the folders that are needed: where a manifest is nowhere, nothing is collected."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from mlvc.domain.collection import MANIFEST
from mlvc.errors import Exit, MlvcError
from mlvc.ops.collecting.needs import Needs
from mlvc.ops.project import Project
from mlvc.registry.across import Place

# An object may be DVC 2's or DVC 3's, and the other one a link to it.
_ALGORITHMS = ("md5", "md5-dos2unix")


def with_files(
    project: Project, needs: Needs, lost: Collection[str], progress: Callable[[str], None]
) -> set[str]:
    """The values of all that is needed, the files of folders among them.

    `lost` are manifests that nobody has any more. Raises `MlvcError` (MISSING, CORRUPT) for one
    that is not intact here and on no remote.
    """
    found = set(needs.values)
    for value in sorted(v for v in needs.values if v.endswith(MANIFEST)):
        progress(needs.values[value])
        rows = list(_manifests(project, value, needs.values[value]))
        for files in rows:
            found.update(digest.partition(":")[2] for digest in files)
        places = needs.folders.get(value, [])
        if not rows and value not in lost and _is_missed(project, needs, value, places):
            raise MlvcError(
                f"the manifest {value} of {places[0]} is neither here nor on a remote that can be"
                " asked, so nobody knows which files it needs",
                "Fetch it (`mlvc pull --data`), or push it from a clone that has it. If it is lost"
                f" for good, give its files up: `--lost {value}`. Nothing was collected.",
                Exit.MISSING,
            )
    project.prover.save()
    return found


def _manifests(project: Project, value: str, what: str) -> Iterator[Collection[str]]:
    """The digests of a folder's files, by each manifest of that value."""
    cache = project.store.cache
    here = [f"{name}:{value}" for name in _ALGORITHMS if cache.path(f"{name}:{value}").exists()]
    for digest in here:
        project.prover.prove({digest: what})
        yield cache.manifest(digest, what).values()
    for remote in () if here else project.store.setup.remotes:
        for name in _ALGORITHMS:
            with suppress(MlvcError):  # told below, where no remote has it
                if found := project.store.at(remote).manifest(f"{name}:{value}"):
                    yield found.values()
                    return


def _is_missed(project: Project, needs: Needs, value: str, places: Collection[Place]) -> bool:
    """Whether it is the manifest of an output that DVC keeps, and not one that Git does."""
    committed = [place for place in places if place.of in needs.commits]
    own = [place for place in committed if place.path.startswith(project.repo.prefix)]
    if not committed or own != committed:
        return bool(places)
    for place in own:
        stages = project.snapshot(needs.commits[place.of]).pipeline.stages
        outs = (out for stage in stages for out in stage.outs)
        if any(out.cached and (out.digest or "").endswith(f":{value}") for out in outs):
            return True
    return False
