"""The predictions that an evaluator made with a model, proven before they count."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from mlvc.domain import evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.pipeline import DEFAULT_REMOTE, Origin
from mlvc.domain.rule import Rule
from mlvc.errors import Exit, MlvcError
from mlvc.ops import importing
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.scores import all_recorded, same_at

if TYPE_CHECKING:
    from mlvc.metrics import Predictions


class Tables:
    """What an evaluator predicted, each table read once, with the columns that rules are about."""

    def __init__(self, project: Project, judge: Evaluator, rules: Iterable[Rule] = ()) -> None:
        self._project, self._judge = project, judge
        self._slices = tuple(dict.fromkeys(rule.slice[0] for rule in rules if rule.slice))
        self._read: dict[str, Predictions] = {}

    def of(self, target: Target) -> "Predictions":
        """With the target's model; raises `MlvcError` as `predictions` does."""
        if target.commit not in self._read:
            self._read[target.commit] = predictions(
                self._project, target, self._judge, self._slices
            )
        return self._read[target.commit]


def predictions(
    project: Project, target: Target, judge: Evaluator, slices: tuple[str, ...] = ()
) -> "Predictions":
    """What the evaluator predicted with the target's model, and the columns `slices` beside it.

    Raises `MlvcError` where that is not known any more, or no settings say where it is.
    """
    from mlvc import metrics

    settings = project.settings().for_model(target.model).evaluation.predictions
    if settings is None:
        raise MlvcError(
            "a test compares predictions, and nothing says where they are",
            "Name the file and its columns below `mlvc.evaluation.predictions` in params.yaml.",
        )
    names = {name: column for name, column in asdict(settings).items() if name != "path"}
    columns = metrics.Columns(**names, slices=slices)
    what = f"{settings.path} of {target.label}"
    return metrics.read(_content(project, target, judge, settings.path), columns, what)


def _content(project: Project, target: Target, judge: Evaluator, path: str) -> bytes:
    missing = MlvcError(
        f"nobody knows what {path} was in the evaluation of {target.label}",
        "Make the evaluate stage's predictions an output or plot that DVC keeps.",
    )
    by, out = judge.snapshot.commit[:10], judge.snapshot.pipeline.output(path)
    for digest, origin in _known(project, target, judge, path):
        try:
            importing.fetched(project, target.commit, path, digest, origin)
        except MlvcError as error:
            if error.code != Exit.MISSING:
                raise
            if out is None or not out.cached:
                continue  # nothing keeps it, however often it is made
            missing = MlvcError(
                f"{path} of the evaluation of {target.label} is neither in the cache nor on a"
                " remote",
                f"Evaluate it once more: `mlvc eval {target.label} --with {by} --again`.",
            )
        else:
            return project.store.cache.path(digest).read_bytes()
    raise missing


def _known(
    project: Project, target: Target, judge: Evaluator, path: str
) -> Iterator[tuple[str, Origin]]:
    """The digests that the file had, the best first: as committed, then as recorded."""
    if own := same_at(project, target, judge):
        out = own.snapshot.pipeline.output(path)
        if out and out.cached and out.digest and out.path == path:
            yield out.digest, out.origin
    for made in all_recorded(project, target, judge):
        if made.status == evaluation.OK and (digest := made.outputs.get(path)):
            yield digest, DEFAULT_REMOTE
