"""Evaluations as bytes, and metrics files as numbers."""

import json
import math
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.evaluation import Evaluation, choose
from mlvc.errors import Exit, MlvcError

EVALUATION = Evaluation(
    id="0a1b2c3d",
    at=1700000000,
    model="fraud",
    model_digest="md5:" + "a" * 32 + ".dir",
    release="fraud@v1.0.0",
    evaluator_digest="sha256:" + "b" * 64,
    evaluator_revision="c" * 40,
    stages=("evaluate", "plots"),
    metrics={"auc": 0.9, "n": 10},
    outputs={"metrics.json": "md5:" + "d" * 32},
    seconds=1.5,
    reproduces=True,
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.text(st.characters(), max_size=8)
EVALUATIONS = st.builds(
    replace,
    st.just(EVALUATION),
    id=st.text("0123456789abcdef", min_size=2, max_size=8),
    at=st.integers(0, 5) | FINITE,
    release=st.none() | ANY,
    metrics=st.dictionaries(ANY, FINITE, max_size=3),
    stages=st.lists(ANY, max_size=3).map(tuple),
    status=st.sampled_from(["OK", "ERROR"]),
    error=ANY,
    reproduces=st.sampled_from([None, True, False]),
)


@given(EVALUATIONS)
def test_an_evaluation_is_read_as_it_was_written(evaluation: Evaluation) -> None:
    data = evaluation.to_json()
    assert Evaluation.from_json(data) == evaluation
    assert Evaluation.from_json(data).to_json() == data


def test_equal_evaluations_give_equal_bytes_whatever_the_order_and_kind_of_number() -> None:
    other = replace(EVALUATION, at=1700000000.0, metrics=MappingProxyType({"n": 10.0, "auc": 0.9}))
    assert other.to_json() == EVALUATION.to_json()
    assert list(json.loads(other.to_json())) == sorted(json.loads(other.to_json()))


def test_the_path_is_of_hex_digits_without_the_dir_suffix() -> None:
    assert EVALUATION.path().startswith(Evaluation.folder(EVALUATION.model_digest) + "/")
    assert EVALUATION.path() == f"aa/{'a' * 32}/{'b' * 64}-0a1b2c3d.json"


@pytest.mark.parametrize("field", ["id", "model_digest", "evaluator_digest"])
@pytest.mark.parametrize(
    "value", ["", "../..", "md5:../x", "md5:", "md5:AB/", "md5:ab\n", "sha256:"]
)
def test_a_digest_that_leads_elsewhere_gives_no_path(field: str, value: str) -> None:
    changes: dict[str, Any] = {field: value}
    with pytest.raises(MlvcError):
        replace(EVALUATION, **changes).path()


def changed(**values: Any) -> bytes:
    return json.dumps(json.loads(EVALUATION.to_json()) | values).encode()


@pytest.mark.parametrize("field", sorted(json.loads(EVALUATION.to_json())))
@pytest.mark.parametrize("value", [3.5, [1], {"a": []}, math.nan, 10**400, True, "x/y"], ids=repr)
def test_a_field_of_the_wrong_kind_is_named(field: str, value: Any) -> None:
    good = {
        ("at", 3.5), ("seconds", 3.5), ("reproduces", True), ("schema", True),
        *((name, "x/y") for name in ("model", "release", "evaluator_revision", "error")),
    }  # fmt: skip
    if isinstance(value, float | bool | str) and (field, value) in good:
        Evaluation.from_json(changed(**{field: value}))
        return
    with pytest.raises(MlvcError) as caught:
        Evaluation.from_json(changed(**{field: value}))
    assert caught.value.code is Exit.CORRUPT
    assert f"malformed: {field} is" in caught.value.message


@pytest.mark.parametrize("field", sorted(json.loads(EVALUATION.to_json())))
def test_a_missing_field_is_named(field: str) -> None:
    document = json.loads(EVALUATION.to_json())
    del document[field]
    with pytest.raises(MlvcError, match=field) as caught:
        Evaluation.from_json(json.dumps(document).encode())
    assert caught.value.code is Exit.CORRUPT


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"null", b"{", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_object_is_corrupt(data: bytes) -> None:
    with pytest.raises(MlvcError) as caught:
        Evaluation.from_json(data)
    assert caught.value.code is Exit.CORRUPT


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(MlvcError):
        Evaluation.from_json(data)


def test_a_key_of_a_newer_mlvc_is_ignored() -> None:
    assert Evaluation.from_json(changed(later=1)) == EVALUATION


@given(st.lists(EVALUATIONS, max_size=6))
def test_the_earliest_that_is_ok_counts_in_any_order(evaluations: list[Evaluation]) -> None:
    chosen = choose(evaluations)
    good = sorted((e.at, e.id) for e in evaluations if e.status == "OK")
    assert (chosen and (chosen.at, chosen.id)) == (good[0] if good else None)
    assert chosen is None or chosen.status == "OK"
