"""Rollbacks as commits record them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.rollback import RollbackRecord, Scope, Trigger, compose, from_commit

RECORD = RollbackRecord(
    "c" * 40,
    "fraud@v1.1.0",
    "fraud@v1.0.0",
    Scope.LINEAGE,
    Trigger.MONITOR,
    "recall\nfell",
    "refs/mlvc/x",
    1700000000,
    "Ada",
)


@given(st.text(min_size=1), st.text(), st.text(), st.sampled_from(Scope), st.sampled_from(Trigger))
def test_a_composed_rollback_is_read_again(
    origin: str, reason: str, evidence: str, scope: Scope, trigger: Trigger
) -> None:
    record = RollbackRecord("c", origin, "f" * 40, scope, trigger, reason, evidence, 5, "Ada")
    assert from_commit("c", compose("fraud", record), 5, "Ada") == (record,)


@pytest.mark.parametrize(
    ("origin", "target", "scope", "subject"),
    [
        ("fraud@v1.1.0", "fraud@v1.0.0", Scope.LINEAGE, "Roll back fraud to v1.0.0"),
        ("fraud@v1.0.0", "fraud@v1.10.0", Scope.LINEAGE, "Roll forward fraud to v1.10.0"),
        (
            "fraud@v1.1.0",
            "fraud@v1.0.0",
            Scope.ARTIFACT,
            "Roll back fraud to v1.0.0 (artifact only)",
        ),
        ("fraud@v1.1.0", "ab12" * 10, Scope.TREE, "Roll back fraud to ab12ab12ab (whole tree)"),
    ],
)
def test_the_subject_says_what_happens(
    origin: str, target: str, scope: Scope, subject: str
) -> None:
    text = compose("fraud", RollbackRecord("", origin, target, scope))
    assert text.splitlines()[:2] == [subject, ""]


def test_a_squash_merge_may_hold_several_rollbacks() -> None:
    other = RollbackRecord("c" * 40, "a@v2.0.0", "a@v1.0.0", at=1700000000, author="Ada")
    body = f"Squash (#3)\n\n* {compose('fraud', RECORD)}\n\n* {compose('a', other)}"
    assert from_commit("c" * 40, body, 1700000000, "Ada") == (RECORD, other)


def test_a_record_without_origin_or_target_is_none() -> None:
    assert from_commit("c", "x\n\nRollback-From: fraud@v1.0.0\n", 0, "") == ()
    assert from_commit("c", "x\n\nRollback-To: fraud@v1.0.0\n", 0, "") == ()
    assert from_commit("c", "plain", 0, "") == ()


def test_an_unknown_scope_reads_as_the_default() -> None:
    body = "x\n\nRollback-From: a\nRollback-To: b\nRollback-Scope: moon\nRollback-Trigger: sun\n"
    (record,) = from_commit("c", body, 0, "")
    assert (record.scope, record.trigger) == (Scope.LINEAGE, Trigger.MANUAL)


@pytest.mark.parametrize(
    ("origin", "target", "forward"),
    [
        ("a@v1.0.0", "a@v1.0.1", True),
        ("a@v1.0.1", "a@v1.0.0", False),
        ("a@v1.0.0", "a@v1.0.0", False),
        ("a@v1.0.0", "b@v2.0.0", False),
        ("f" * 40, "a@v1.0.0", False),
    ],
)
def test_only_a_higher_version_of_the_same_model_is_forward(
    origin: str, target: str, forward: bool
) -> None:
    assert RollbackRecord("c", origin, target).is_forward is forward
