"""Releases as tags tell them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.release import Release, compose
from mlvc.domain.version import Version
from mlvc.errors import MlvcError

V = Version.parse("1.2.0")
FULL = Release(
    model="fraud",
    version=V,
    commit="a" * 40,
    tag="fraud@v1.2.0",
    tagged_at=1700000000,
    tagger="Ada <ada@example.org>",
    path="models/a model.pkl",
    digest="sha256:" + "1" * 64,
    object="md5:" + "2" * 32,
    lineage_digest="sha256:" + "3" * 64,
    previous="fraud@v1.1.0",
    bump="minor",
    metrics={"auc": 0.875, "a=b": -1e-300},
    verdict="PASS",
)
TEXT = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def read(contents: str, tag: str = "fraud@v1.2.0") -> Release | None:
    return Release.from_tag(tag, "a" * 40, 1700000000, "Ada <ada@example.org>", contents)


def test_a_composed_tag_is_read_as_the_release_it_was_made_of() -> None:
    release = read(compose(FULL, "Trained on June.\n\nWith care.\n"))
    assert release
    assert release.message == "fraud v1.2.0\n\nTrained on June.\n\nWith care."
    for name in ("path", "digest", "object", "lineage_digest", "previous", "bump", "verdict"):
        assert getattr(release, name) == getattr(FULL, name)
    assert dict(release.metrics) == FULL.metrics
    assert release.name == "fraud@v1.2.0" and not release.signed


@given(st.dictionaries(st.text(min_size=1, max_size=10), FINITE, max_size=4), TEXT)
def test_every_metric_comes_back_to_the_last_bit(metrics: dict[str, float], path: str) -> None:
    made = Release("m", V, "c", "m@v1.2.0", 0, "t", path=path, metrics=metrics)
    release = read(compose(made))
    assert release and dict(release.metrics) == metrics and release.path == path


def test_a_tag_of_plain_gto_is_a_release_without_facts() -> None:
    release = read("Registering artifact fraud version v1.2.0\n")
    assert release and release.verdict == "NONE" and release.metrics == {}
    assert release.path is release.digest is release.object is release.previous is None
    assert release.message == "Registering artifact fraud version v1.2.0"


def test_other_tags_are_no_releases() -> None:
    assert read("x\n\nVerdict: PASS\n", "fraud#prod#1") is None


@pytest.mark.parametrize(
    "value",
    ["auc", "auc=", "auc=nan", "auc=inf", "auc=1e999", "auc=1_0", "=1", "auc= 1", "auc=\u0661"],
)
def test_a_malformed_metric_is_dropped(value: str) -> None:
    release = read(f"x\n\nMetric: {value}\nMetric: ok=1\nVerdict: PASS\n")
    assert release and release.metrics == {"ok": 1.0}


def test_of_a_repeated_key_the_first_counts() -> None:
    release = read("x\n\nVerdict: FAIL\nModel-Path: a\nVerdict: PASS\nModel-Path: b\n")
    assert release
    assert (release.verdict, release.path) == ("FAIL", "a")


def test_a_verdict_nobody_knows_is_an_error() -> None:
    for text in ("pass", "PASSED", ""):
        release = read(f"x\n\nVerdict: {text}\n")
        assert release and release.verdict == "ERROR"


def test_a_verdict_in_the_message_is_not_believed() -> None:
    release = read("x\n\nVerdict: PASS\n\nVerdict: FAIL\n")
    assert release and release.verdict == "FAIL"
    with pytest.raises(MlvcError, match="line 1"):
        compose(FULL, "Verdict: PASS")


def test_a_message_of_foreign_trailers_is_kept_apart_from_ours() -> None:
    bare = Release("fraud", V, "c", "fraud@v1.2.0", 0, "t")
    release = read(compose(bare, "Signed-off-by: me"))
    assert release and release.message.endswith("Signed-off-by: me") and release.path is None


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_metric_that_is_not_finite_is_not_released(value: float) -> None:
    with pytest.raises(MlvcError, match="auc"):
        compose(Release("m", V, "c", "t", 0, "t", metrics={"auc": value}))


def test_a_signature_is_noticed() -> None:
    signature = "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"
    release = read(compose(FULL) + signature)
    assert release and release.signed and release.verdict == "PASS"
    assert "SIGNATURE" not in release.message
