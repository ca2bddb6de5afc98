"""What the `mlvc:` section of params.yaml says, checked; `config` makes it of what was written."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlvc.domain import belonging
from mlvc.domain.admission import Conditions
from mlvc.domain.bump import Policy
from mlvc.domain.names import dvc_address
from mlvc.domain.rule import Rule


@dataclass(frozen=True)
class Predicted:
    """The file of predictions that the evaluator writes, and its columns (`metrics.Columns`)."""

    path: str
    truth: str
    predicted: str = ""
    score: str = ""
    id: str = ""
    positive: str | None = None
    group: str = ""


@dataclass(frozen=True)
class Evaluating:
    """What evaluates a model.

    `stages` is None for those downstream of the model. `from_model` are paths that `--with` takes
    from the release, beside the outputs of the model's stage. `volatile` are patterns of metrics
    that need not come out again, such as timings.
    """

    stages: tuple[str, ...] | None = None
    from_model: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    predictions: Predicted | None = None


@dataclass(frozen=True)
class KeptOut:
    """What the hook `pre-commit` keeps out of Git.

    `large` is the size in bytes above which a file belongs to DVC, `allow` are patterns of paths
    that may go into Git all the same.
    """

    large: int = belonging.LARGE
    allow: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForModel:
    """What holds for one model.

    `rules` are for its releases, `environments` those of each environment, and `conditions` what
    that asks beside them.
    """

    rules: tuple[Rule, ...]
    environments: Mapping[str, tuple[Rule, ...]]
    conditions: Mapping[str, Conditions]
    evaluation: Evaluating
    signature: str | None
    bump: Policy


@dataclass(frozen=True)
class Settings:
    """The whole section: what holds for models with settings of their own, and for the `others`.

    `prepare` is how many releases are kept ready after one was made: those before it that one
    would go back to.
    """

    others: ForModel
    models: Mapping[str, ForModel]
    prepare: int = 0
    hooks: KeptOut = KeptOut()

    def for_model(self, name: str) -> ForModel:
        """What holds for a model; `models` may name it as tags do or as DVC does."""
        return self.models.get(name) or self.models.get(dvc_address(name)) or self.others

    def rules(self, model: str) -> tuple[Rule, ...]:
        """The gates of a model; none where nothing is configured."""
        return self.for_model(model).rules
