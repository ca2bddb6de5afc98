"""What is known of many releases without running anything, by one evaluator or each by its own."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import Exit, MlvcError
from mlvc.ops import scores
from mlvc.ops.evaluators import By, Judges
from mlvc.ops.naming import Target, resolve, the_model
from mlvc.ops.predicting import predictions
from mlvc.ops.project import Project
from mlvc.ops.selecting import select

if TYPE_CHECKING:
    from mlvc.metrics import Predictions

_NAMED = 5  # releases that are named; of more the first ones


class Measured:
    """Metrics and predictions of releases of one model, in version order; revisions stand last.

    `evaluator` is the revision whose evaluator counts, empty where each release has its own.
    """

    def __init__(
        self, project: Project, names: list[str], with_revision: str | None, model: str | None
    ) -> None:
        self._project, self._with = project, with_revision
        if not names:
            _refuse_unreleased(project, model)
        found = select(project, names, model, every=not names)
        self.targets = _ordered(project, found)
        self.model = found[0].model
        self._base = None if with_revision is None else resolve(project, with_revision, self.model)
        self._judges = Judges(project, By())
        self._made = self._recorded(self._judges.of(self._base)) if self._base else {}

    @property
    def evaluator(self) -> str:
        """As people read it: the revision as it was given, and the commit that it is."""
        if self._base is None:
            return ""
        given, found = self._with or "", self._base.label
        return given if found.startswith(given) or found.endswith(given) else f"{given} ({found})"

    def metrics(self, target: Target) -> Mapping[str, float] | None:
        """Of the evaluation that counts, or of the tag; None where it was never evaluated.

        Raises `MlvcError` where they should be in the commit's own files, and these are no use.
        """
        if self._base is None:
            own = target.release.metrics if target.release else {}
            return own or scores.committed(self._project, self._judges.of(target))
        if made := self._made.get(target.commit):
            return made.metrics
        judge = self._judges.of(self._base)
        return scores.known(self._project, target.commit, target.model, judge)

    def table(self, target: Target) -> "Predictions":
        """The predictions behind these metrics; `MlvcError` where they are not known any more."""
        if self._base and self.metrics(target) is None:
            raise self.unevaluated([target])
        return predictions(self._project, target, self._judges.of(self._base or target))

    def unevaluated(self, targets: list[Target]) -> MlvcError:
        """What there is to say, and to run, where these have no evaluation."""
        few = len(targets) <= _NAMED
        which = " ".join(target.label for target in targets) if few else "--all"
        verb = "has" if len(targets) == 1 else "have"
        return MlvcError(
            f"{listed(targets)} {verb} no evaluation by the evaluator of {self._with}",
            f"Evaluate: `mlvc eval {which} --with {self._with}`.",
        )

    def _recorded(self, judge: Evaluator) -> dict[str, Evaluation]:
        """The evaluations that count, by commit; of all targets at once."""
        pairs = {t.commit: pair for t in self.targets if (pair := self._pair(t, judge))}
        made = scores.all_chosen(self._project, pairs.values())
        return {commit: made[pair] for commit, pair in pairs.items() if pair in made}

    def _pair(self, target: Target, judge: Evaluator) -> scores.Pair | None:
        try:
            key = scores.model_object(self._project, target)
        except MlvcError:
            return None  # told when its metrics are asked for
        return key, scores.digest_by(self._project, target, judge)


def listed(targets: Iterable[Target]) -> str:
    """The names of some releases, of many the first ones."""
    labels = [target.label for target in targets]
    more = [f"{len(labels) - _NAMED} more"] if len(labels) > _NAMED else []
    return ", ".join(labels[:_NAMED] + more)


def left_out(error: MlvcError) -> str:
    """A note on a release that is not shown."""
    return f"left out: {error.message}. {error.hint}".rstrip()


def _refuse_unreleased(project: Project, model: str | None) -> None:
    """Refuse where there is no release at all, of this model or of any."""
    only = the_model(project, model) if model else None
    if not any(only in (None, tag.model) for tag in project.release_tags()):
        raise MlvcError(
            f"there is no release{f' of {only}' if only else ''} yet",
            "`mlvc tag` makes one of HEAD; or say what to plot, such as HEAD.",
            Exit.MISSING,
        )


def _ordered(project: Project, targets: list[Target]) -> list[Target]:
    models = sorted({target.model for target in targets})
    if len(models) > 1:
        raise MlvcError(
            f"{' and '.join(models)} are different models",
            "Plot one at a time: `--model MODEL`.",
            Exit.USAGE,
        )
    order = {release.name: at for at, release in enumerate(project.releases)}
    return sorted(targets, key=lambda target: order.get(target.name, len(order)))
