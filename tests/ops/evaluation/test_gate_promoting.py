"""What an environment asks before a release is promoted to it: rules, and gates of its own."""

import pytest

from tests.ops.promoting.agreeing import asks, by_mlvc, promotions, put, told
from tests.project import Project
from tests.releases import answer

NEVER = [{"metric": "accuracy", "min": 0.999}]


def test_rules_are_asked_and_all_that_objects_is_said(judged: Project) -> None:
    asks(judged, {"production": {"requires": "staging", "after": "2h", "verdict": "PASS"}})
    done = judged.mlvc("promote", "0.2.0", "production")
    assert done.code == 1
    says = "may not go to production: it was never in staging; its verdict is NONE, not PASS"
    assert says in done.err and "`--allow-failing REASON`" in done.err
    asks(judged, {"production": {"requires": "staging", "after": "2h"}})
    put(judged, "model#staging#1", "0.2.0", ago=3600)
    assert "it was in staging for 1 h, of at least 2 h" in judged.mlvc(
        "promote", "staging", "production"
    ).err  # fmt: skip
    put(judged, "model#staging!#2", "0.2.0", ago=0)
    asks(judged, {"production": {"requires": "staging", "after": 3500}})
    assert judged.mlvc("promote", "0.2.0", "production").code == 0


@pytest.mark.parametrize(
    ("gate", "code", "says"),
    [
        ({"metric": "accuracy", "min": 0.999}, 3, "the gate says FAIL: accuracy is"),
        ({"metric": "accuracy", "min": 0.1}, 0, ""),
    ],
)
def test_gates_of_an_environment_decide(
    judged: Project, gate: dict[str, object], code: int, says: str
) -> None:
    asks(judged, {"production": {"gates": [gate]}})
    done = judged.mlvc("promote", "0.2.0", "production")
    assert done.code == code and says in done.err
    assert promotions(judged) == ([] if code else ["model#production#1"])
    if not code:
        assert told(judged, "model#production#1")["Verdict"] == "PASS"
        assert "pass: accuracy is" in done.out


def test_what_was_never_evaluated_is_not_promoted_where_there_are_gates(releases: Project) -> None:
    asks(releases, {"production": {"gates": [{"metric": "accuracy", "min": 0.1}]}})
    done = releases.mlvc("promote", "0.2.0", "production")
    assert done.code == 5 and "Evaluate it: `mlvc eval model@v0.2.0 --with HEAD`" in done.err
    assert releases.mlvc("promote", "0.2.0", "staging").code == 0


def test_an_override_is_kept_with_its_reason_and_only_where_it_was_needed(
    judged: Project,
) -> None:
    asks(judged, {"production": {"gates": NEVER, "requires": "staging"}})
    done = answer(judged, "promote", "0.2.0", "production", "--allow-failing", "all else is worse")
    assert done["override"] == "all else is worse"
    assert [text.split(":")[0] for text in done["overridden"]] == [
        "it was never in staging",
        "the gate says FAIL",
    ]
    said = told(judged, "model#production#1")
    assert (said["Override"], said["Verdict"]) == ("all else is worse", "FAIL")
    assert "override: all else is worse" in judged.mlvc("environments").out
    done = answer(judged, "promote", "0.2.0", "staging", "--allow-failing", "to be sure")
    assert done["override"] is None and "Override" not in told(judged, "model#staging#2")


def test_a_withdrawn_release_is_promoted_for_a_reason_only(two_releases: Project) -> None:
    assert two_releases.mlvc("rollback", "--yes").code == 0
    done = two_releases.mlvc("promote", "0.2.0", "production")
    assert done.code == 1 and "it is withdrawn" in done.err
    again = two_releases.mlvc("promote", "0.2.0", "production", "--allow-failing", "to look at it")
    assert again.code == 0 and "although it is withdrawn" in again.out
    assert by_mlvc(two_releases) == {"model#production": "model@v0.2.0"}
