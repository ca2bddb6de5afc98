"""The form of an environment in params.yaml. It loads pydantic: import it where it is used."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mlvc.domain.admission import Conditions
from mlvc.domain.duration import seconds
from mlvc.domain.gate_rules import GateRule, Section
from mlvc.domain.promotion import check_environment
from mlvc.errors import MlvcError


def _environment(name: str) -> str:
    try:
        return check_environment(name)
    except MlvcError as error:
        raise ValueError("is no name of an environment: " + error.hint.lower()) from error


def _span(value: object) -> object:
    """Seconds, of a span such as `2h`; what is no text is pydantic's to judge."""
    if not isinstance(value, str):
        return value
    try:
        return seconds(value)
    except MlvcError as error:
        raise ValueError(f"is {error.message}") from error


Name = Annotated[str, AfterValidator(_environment)]


class EnvironmentSettings(Section):
    """What an environment asks of a release before it is put there.

    `requires` is another environment in which it is or was, for at least `after`; `verdict` is
    the least that it must have been tagged with.
    """

    gates: list[GateRule] = Field(default_factory=list)
    requires: Name | None = None
    after: Annotated[float, BeforeValidator(_span), Field(ge=0)] = 0
    verdict: Literal["PASS", "INCONCLUSIVE"] | None = None

    @model_validator(mode="after")
    def _has_what_it_waits_for(self) -> Self:
        if self.after and self.requires is None:
            raise ValueError("has an after, but no requires that it could be about")
        return self

    def conditions(self) -> Conditions:
        """The rules that `admission.objections` takes."""
        return Conditions(self.requires or "", self.after, self.verdict or "")


Environments = dict[Name, EnvironmentSettings]
