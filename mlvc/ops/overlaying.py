"""`mlvc plot roc`, `pr` and `calibration`: curves of releases, from their predictions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlvc.errors import Exit, MlvcError
from mlvc.ops.measured import Measured, left_out
from mlvc.ops.project import Project

if TYPE_CHECKING:
    from mlvc.metrics.curves import Curve

CURVES = ("roc", "pr", "calibration")
MOST = 8  # more could not be told apart


@dataclass(frozen=True)
class Drawn:
    """The curve of a release."""

    label: str
    curve: "Curve"


@dataclass(frozen=True)
class Overlay:
    """The curves of a name (`CURVES`), lowest version first.

    `evaluator` is the revision whose evaluator made all predictions, empty where each release has
    its own: then they cannot be compared. `notes` say what is left out, and why.
    """

    name: str
    model: str
    evaluator: str
    curves: tuple[Drawn, ...]
    notes: tuple[str, ...]


def overlay(
    project: Project,
    curve: str,
    names: list[str],
    with_revision: str | None = None,
    model: str | None = None,
) -> Overlay:
    """The curves of releases, of HEAD where none is named.

    Raises `MlvcError` where there is none, or there are more than could be told apart.
    """
    from mlvc.metrics import curves

    measured = Measured(project, names or ["HEAD"], with_revision, model)
    if len(measured.targets) > MOST:
        raise MlvcError(
            f"{len(measured.targets)} curves could not be told apart",
            f"Name {MOST} releases at most.",
            Exit.USAGE,
        )
    drawn, errors = [], []
    for target in measured.targets:
        try:
            drawn.append(Drawn(target.short, curves.CURVES[curve](measured.table(target))))
        except MlvcError as error:
            errors.append(error)
    if not drawn:
        raise errors[0]
    notes = tuple(left_out(error) for error in errors)
    return Overlay(curve, measured.model, measured.evaluator, tuple(drawn), notes)
