"""The form of a gate in params.yaml. It loads pydantic: import it where it is used."""

import re
from contextlib import suppress
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mlvc.domain.margin import Test
from mlvc.domain.names import parse_query
from mlvc.domain.promotion import is_environment
from mlvc.domain.rule import LAST_GOOD, Goal, Rule, finite
from mlvc.errors import MlvcError

Text = Annotated[str, Field(min_length=1)]


def _drop(value: object) -> object:
    share = isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?%", value)
    number = value is None or ((finite(value) or 0) >= 0 and finite(value) is not None)
    if not share and not number:
        raise ValueError(f"is {value!r}: neither a number from 0 on, nor a share such as 5%")
    return value


def _baseline(text: str) -> str:
    """`text`, if it is last-good, an environment, a version or a release."""
    with suppress(MlvcError):
        if is_environment(text) or parse_query(text).version is not None:
            return text
    raise ValueError(f"is {text!r}: neither last-good, nor an environment, nor a release")


Drop = Annotated[float | str | None, BeforeValidator(_drop)]


class Section(BaseModel):
    """A part of the settings; an unknown key is a mistake."""

    # Strict: a threshold written as text is a mistake, and NaN would compare as false.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class GateRule(Section):
    """A gate on one metric; at least one bound. What each key means is told by `gate.Rule`.

    A `max_drop` such as `5%` is a share of the baseline's value.
    """

    metric: Text
    min: float | None = None
    max: float | None = None
    max_drop: Drop = None
    goal: Goal = "maximize"
    test: Test = "none"
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    min_samples: Annotated[int, Field(ge=0)] = 0
    score: str = ""
    baseline: Annotated[Text, AfterValidator(_baseline)] = LAST_GOOD
    slice: Annotated[dict[Text, str | int | float], Field(min_length=1, max_length=1)] | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.min is None and self.max is None and self.max_drop is None:
            raise ValueError("needs one of min, max, max_drop")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("has a min above its max")
        if self.max_drop is None and self.test != "none":
            raise ValueError("has a test, but no max_drop that it could be about")
        if self.max_drop is None and self.baseline != LAST_GOOD:
            raise ValueError("has a baseline, but no max_drop that is compared with it")
        if self.test == "mcnemar" and isinstance(self.max_drop, str):
            raise ValueError("has test mcnemar, which knows no share; use paired_bootstrap")
        if self.test == "mcnemar" and (self.score or self.metric).rpartition(".")[2] != "accuracy":
            raise ValueError("has test mcnemar, which is about accuracy; use paired_bootstrap")
        return self

    def rule(self) -> Rule:
        """The rule that `gate.judge` takes."""
        drop = self.max_drop
        return Rule(
            self.metric,
            self.min,
            self.max,
            float(drop.rstrip("%")) / 100 if isinstance(drop, str) else drop,
            self.goal,
            relative=isinstance(drop, str),
            test=self.test,
            confidence=self.confidence,
            min_samples=self.min_samples,
            score=self.score,
            slice=next(((name, str(value)) for name, value in (self.slice or {}).items()), None),
            baseline=self.baseline,
        )
