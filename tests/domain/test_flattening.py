"""The numbers of a nested document, by name."""

import math

import pytest

from mlvc.domain.flattening import flatten
from mlvc.errors import MlvcError


def test_metrics_are_flattened_by_dots_and_only_numbers_are_kept() -> None:
    document = {
        "auc": 0.9,
        "by": {"month": {6: 1, "name": "june"}, "list": [1, 2]},
        "ok": True,
        "none": None,
        "text": "NaN",
    }
    assert flatten(document) == {"auc": 0.9, "by.month.6": 1.0}
    assert flatten(None) == flatten(3) == flatten([1]) == {}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_a_metric_that_is_not_finite_is_named(value: float) -> None:
    with pytest.raises(MlvcError, match=r"metric a\.b is not finite"):
        flatten({"a": {"b": value}})


def test_a_document_that_names_itself_comes_to_an_end() -> None:
    around: dict[str, object] = {"a": 1}
    around["again"] = around
    with pytest.raises(MlvcError, match="nested more than 100 deep"):
        flatten(around)
    many: dict[str, object] = {"a": 1}
    for _ in range(40):
        many = {"left": many, "right": many}
    with pytest.raises(MlvcError, match="or more than 100,000"):
        flatten(many)


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(MlvcError, match=r"a\.b is there twice"):
        flatten({"a.b": 1, "a": {"b": 2}})
