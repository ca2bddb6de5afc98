"""Settings as text, to be remembered."""

import json
from dataclasses import asdict
from typing import Any

from mlvc.domain.admission import Conditions
from mlvc.domain.bump import Policy
from mlvc.domain.rule import Rule
from mlvc.domain.settings import Evaluating, ForModel, KeptOut, Predicted, Settings


def encode(settings: Settings) -> str:
    """The text of settings."""
    return json.dumps(asdict(settings))


def decode(text: str) -> Settings:
    """The settings of a text that `encode` made."""
    row = json.loads(text)
    models = {name: _for_model(own) for name, own in row["models"].items()}
    return Settings(_for_model(row["others"]), models, row["prepare"], _kept_out(row["hooks"]))


def _for_model(row: dict[str, Any]) -> ForModel:
    return ForModel(
        rules=_rules(row["rules"]),
        environments={name: _rules(rules) for name, rules in row["environments"].items()},
        conditions={name: Conditions(**asked) for name, asked in row["conditions"].items()},
        evaluation=_evaluating(row["evaluation"]),
        signature=row["signature"],
        bump=Policy(**row["bump"]),
    )


def _rules(rows: list[dict[str, Any]]) -> tuple[Rule, ...]:
    return tuple(Rule(**{**row, "slice": _tuple(row["slice"])}) for row in rows)


def _evaluating(row: dict[str, Any]) -> Evaluating:
    lists = {key: _tuple(row[key]) for key in ("stages", "from_model", "volatile")}
    found = row["predictions"]
    return Evaluating(**lists, predictions=found and Predicted(**found))


def _kept_out(row: dict[str, Any]) -> KeptOut:
    return KeptOut(row["large"], _tuple(row["allow"]))


def _tuple(found: list[str] | None) -> Any:
    return None if found is None else tuple(found)
