"""Looking a project over, and mending what is safe to mend."""

from dataclasses import dataclass

from mlvc.ops.diagnosing import definitions, places, published, records
from mlvc.ops.diagnosing.complaint import Complaint
from mlvc.ops.project import Project
from mlvc.ops.recover import recover


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong, and what was wrong and is mended now."""

    complaints: tuple[Complaint, ...]
    mended: tuple[Complaint, ...] = ()


def diagnose(project: Project, *, remote: bool = False, fix: bool = False) -> Diagnosis:
    """Look for all that is known to go wrong; with `remote` on the Git remote, too.

    With `fix`, what a crash left is finished or undone. Raises `MlvcError`: LOCKED where another
    mlvc is at work then, MISSING where the remote cannot be asked.
    """
    found = (*places.left(project), *places.setup(project), *definitions.complaints(project))
    found = (*found, *records.complaints(project))
    if remote:
        found = (*found, *published.complaints(project))
    if not fix or not any(one.mendable for one in found):
        return Diagnosis(found)
    recover(project)
    still = set(places.left(project))
    mended = tuple(one for one in found if one.mendable and one not in still)
    return Diagnosis(tuple(one for one in found if one not in mended), mended)
