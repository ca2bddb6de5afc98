"""The form of the `mlvc:` section of params.yaml, and its mistakes by their path.

It loads pydantic: import it where it is used.
"""

import difflib
from collections.abc import Iterable
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, ValidationError

from mlvc.domain import belonging
from mlvc.domain.bump import Policy
from mlvc.domain.environment_settings import Environments
from mlvc.domain.gate_rules import GateRule, Section, Text
from mlvc.domain.rule import Rule
from mlvc.domain.settings import Evaluating, ForModel, KeptOut, Predicted, Settings
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
    """The form of `settings.Predicted`."""

    path: Text
    truth: Text
    predicted: str = ""
    score: str = ""
    id: str = ""
    positive: Text | None = None
    group: str = ""


class EvaluationSettings(Section):
    """The form of `settings.Evaluating`."""

    stages: list[Text] | None = None
    from_model: list[Text] = Field(default_factory=list)
    volatile: list[Text] = Field(default_factory=list)
    predictions: PredictionSettings | None = None

    def plain(self) -> Evaluating:
        """What it says."""
        return Evaluating(
            None if self.stages is None else tuple(self.stages),
            tuple(self.from_model),
            tuple(self.volatile),
            Predicted(**self.predictions.model_dump()) if self.predictions else None,
        )


class HookSettings(Section):
    """The form of `settings.KeptOut`."""

    large: Annotated[int, Field(ge=belonging.LEAST)] = belonging.LARGE
    allow: list[Text] = Field(default_factory=list)

    def plain(self) -> KeptOut:
        """What it says."""
        return KeptOut(self.large, tuple(self.allow))


class ModelSettings(Section):
    """What one model has of its own; None takes what is set for all."""

    gates: list[GateRule] | None = None
    environments: Environments = Field(default_factory=dict)
    evaluation: EvaluationSettings | None = None
    signature: Text | None = None


class Sections(Section):
    """The form of `settings.Settings`."""

    gates: list[GateRule] = Field(default_factory=list)
    environments: Environments = Field(default_factory=dict)
    bump: BumpSettings = BumpSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    models: dict[str, ModelSettings] = Field(default_factory=dict)
    prepare: Annotated[int, Field(ge=0)] = 0
    hooks: HookSettings = HookSettings()

    def plain(self) -> Settings:
        """What it says."""
        models = {name: self._for_model(own) for name, own in self.models.items()}
        return Settings(self._for_model(ModelSettings()), models, self.prepare, self.hooks.plain())

    def _for_model(self, own: ModelSettings) -> ForModel:
        """A model's own settings over those for all."""
        places = {**self.environments, **own.environments}
        return ForModel(
            rules=_rules(self.gates if own.gates is None else own.gates),
            environments={name: _rules(place.gates) for name, place in places.items()},
            conditions={name: place.conditions() for name, place in places.items()},
            evaluation=(own.evaluation or self.evaluation).plain(),
            signature=own.signature,
            bump=Policy(**self.bump.model_dump()),
        )


def _rules(gates: Iterable[GateRule]) -> tuple[Rule, ...]:
    return tuple(gate.rule() for gate in gates)


def load(section: object) -> Settings:
    """The settings of a section as YAML gives it; the defaults where it is absent (None).

    Raises MlvcError (REFUSED) that names the path of the first mistake.
    """
    try:
        return Sections.model_validate({} if section is None else section).plain()
    except ValidationError as error:
        # An unknown key first: it is the cause when a required one is missing beside it.
        mistakes = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise _refusal(mistakes[0]) from error


def _refusal(mistake: Any) -> MlvcError:
    path = _path(mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        return MlvcError(f"{path} is not a known key", _known_keys(mistake["loc"]))
    if mistake["type"] == "missing":
        return MlvcError(f"{path} is missing", "add it, or remove the entry.")
    if mistake["type"] == "value_error":
        verb = "gate" if "gates" in mistake["loc"] else "promote"
        return MlvcError(f"{path} {mistake['ctx']['error']}", f"see 'mlvc {verb} --help'.")
    says = mistake["msg"][:1].lower() + mistake["msg"][1:]
    return MlvcError(f"{path} is {_short(mistake['input'])}: {says}", "correct it in params.yaml.")


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
    return f"{guess}known keys: {', '.join(known)}."


def _section_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The part of the schema that stands at `loc`."""
    section: type[BaseModel] = Sections
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
