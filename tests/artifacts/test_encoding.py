"""Pipelines as text: what comes back is what was there, or nothing is said."""

import datetime
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.artifacts.encoding import decode, encode
from mlvc.domain.pipeline import Artifact, Dependency, Origin, Output, Pipeline, Stage

TEXT = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
DEPS = st.builds(Dependency, TEXT, st.none() | TEXT, st.booleans())
OUTS = st.builds(
    Output,
    path=TEXT,
    digest=st.none() | TEXT,
    cached=st.booleans(),
    size=st.none() | st.integers(0),
    origin=st.builds(Origin, st.none() | TEXT, TEXT),
)
STAGES = st.builds(
    Stage,
    file=TEXT,
    name=TEXT,
    cmd=TEXT,
    deps=st.lists(DEPS, max_size=3).map(tuple),
    outs=st.lists(OUTS, max_size=3).map(tuple),
    params=st.dictionaries(TEXT, st.dictionaries(TEXT, VALUES, max_size=2), max_size=2),
    whole=st.frozensets(TEXT, max_size=2),
    frozen=st.booleans(),
    locked=st.booleans(),
)
ARTIFACTS = st.builds(Artifact, TEXT, TEXT, TEXT, st.dictionaries(TEXT, VALUES, max_size=2))


@given(
    st.builds(
        Pipeline,
        stages=st.lists(STAGES, max_size=3).map(tuple),
        artifacts=st.lists(ARTIFACTS, max_size=2).map(tuple),
    )
)
def test_a_pipeline_comes_back_as_it_was(pipeline: Pipeline) -> None:
    text = encode(pipeline)
    assert text is not None
    assert decode(text) == pipeline


@pytest.mark.parametrize(
    "value", [datetime.date(2026, 1, 1), math.nan, {1: "one"}, (1, 2), {"deep": [math.nan]}]
)
def test_what_json_cannot_tell_is_not_remembered(value: Any) -> None:
    stage = Stage("dvc.yaml", "train", params={"params.yaml": {"x": value}})
    assert encode(Pipeline((stage,))) is None
