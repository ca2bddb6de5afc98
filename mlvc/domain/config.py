"""The `mlvc:` section of params.yaml. It alone loads pydantic: import it where it is used."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, ValidationError

from mlvc.domain import bump
from mlvc.domain.admission import Conditions
from mlvc.domain.environment_settings import Environments
from mlvc.domain.gate_rules import GateRule, Section, Text
from mlvc.domain.names import dvc_address
from mlvc.domain.rule import Rule
from mlvc.domain.version import Part
from mlvc.errors import MlvcError

_WHERE = "params.yaml: mlvc"
_SHORT = 40


class BumpSettings(Section):
    """What each kind of change raises."""

    signature: Part = "major"
    code: Part = "minor"
    params: Part = "minor"
    data: Part = "patch"


class PredictionSettings(Section):
    """The file of predictions that the evaluator writes, and its columns (`metrics.Columns`)."""

    path: Text
    truth: Text
    predicted: str = ""
    score: str = ""
    id: str = ""
    positive: Text | None = None
    group: str = ""


class EvaluationSettings(Section):
    """What evaluates a model.

    `stages` is None for those downstream of the model. `from_model` are paths that `--with` takes
    from the release, beside the outputs of the model's stage. `volatile` are patterns of metrics
    that need not come out again, such as timings.
    """

    stages: list[Text] | None = None
    from_model: list[Text] = Field(default_factory=list)
    volatile: list[Text] = Field(default_factory=list)
    predictions: PredictionSettings | None = None


class ModelSettings(Section):
    """What one model has of its own; None takes what is set for all."""

    gates: list[GateRule] | None = None
    environments: Environments = Field(default_factory=dict)
    evaluation: EvaluationSettings | None = None
    signature: Text | None = None


@dataclass(frozen=True)
class ForModel:
    """What holds for one model: its own settings over those for all.

    `rules` are for its releases, `environments` those of each environment, and `conditions` what
    that asks beside them.
    """

    rules: tuple[Rule, ...]
    environments: Mapping[str, tuple[Rule, ...]]
    conditions: Mapping[str, Conditions]
    evaluation: EvaluationSettings
    signature: str | None
    bump: bump.Policy


class Settings(Section):
    """The whole section.

    `prepare` is how many releases are kept ready after one was made: those before it that one
    would go back to.
    """

    gates: list[GateRule] = Field(default_factory=list)
    environments: Environments = Field(default_factory=dict)
    bump: BumpSettings = BumpSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    models: dict[str, ModelSettings] = Field(default_factory=dict)
    prepare: Annotated[int, Field(ge=0)] = 0

    def for_model(self, name: str) -> ForModel:
        """What holds for a model; `models:` may name it as tags do or as DVC does."""
        own = self.models.get(name) or self.models.get(dvc_address(name)) or ModelSettings()
        places = {**self.environments, **own.environments}
        return ForModel(
            rules=_rules(self.gates if own.gates is None else own.gates),
            environments={name: _rules(place.gates) for name, place in places.items()},
            conditions={name: place.conditions() for name, place in places.items()},
            evaluation=own.evaluation or self.evaluation,
            signature=own.signature,
            bump=bump.Policy(**self.bump.model_dump()),
        )

    def rules(self, model: str) -> tuple[Rule, ...]:
        """The gates of a model; none where nothing is configured."""
        return self.for_model(model).rules


def _rules(gates: Iterable[GateRule]) -> tuple[Rule, ...]:
    return tuple(gate.rule() for gate in gates)


def load(section: object) -> Settings:
    """The settings of a section as YAML gives it; the defaults where it is absent (None).

    Raises MlvcError (REFUSED) that names the path of the first mistake.
    """
    try:
        return Settings.model_validate({} if section is None else section)
    except ValidationError as error:
        # An unknown key first: it is the cause when a required one is missing beside it.
        mistakes = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise _refusal(mistakes[0]) from error


def _refusal(mistake: Any) -> MlvcError:
    path = _path(mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        return MlvcError(f"{path} is not a known key", _known_keys(mistake["loc"]))
    if mistake["type"] == "missing":
        return MlvcError(f"{path} is missing", "add it, or remove the entry")
    if mistake["type"] == "value_error":
        verb = "gate" if "gates" in mistake["loc"] else "promote"
        return MlvcError(f"{path} {mistake['ctx']['error']}", f"see 'mlvc {verb} --help'")
    says = mistake["msg"][:1].lower() + mistake["msg"][1:]
    return MlvcError(f"{path} is {_short(mistake['input'])}: {says}", "correct it in params.yaml")


def _path(loc: tuple[int | str, ...]) -> str:
    # A name that is refused has this mark of pydantic's behind it.
    parts = (part for part in loc if part != "[key]")
    return _WHERE + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"


def _known_keys(loc: tuple[int | str, ...]) -> str:
    known = list(_section_at(loc[:-1]).model_fields)
    close = difflib.get_close_matches(str(loc[-1]), known, 1)
    guess = f"did you mean {close[0]}? " if close else ""
    return f"{guess}known keys: {', '.join(known)}"


def _section_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The part of the schema that stands at `loc`."""
    section: type[BaseModel] = Settings
    is_name = False
    for key in loc:
        # The name of a model is no key, even where a model is called `gates`.
        if not is_name and isinstance(key, str) and key in section.model_fields:
            is_name = key in ("models", "environments")
            section = _section_in(section.model_fields[key].annotation) or section
        else:
            is_name = False
    return section


def _section_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((s for a in get_args(annotation) if (s := _section_in(a))), None)
