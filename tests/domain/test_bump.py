"""Which part of the version a change raises."""

from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.bump import Evidence, Policy, decide

ITEMS = st.lists(st.text("abc", min_size=1, max_size=3), max_size=2).map(tuple)
PART = st.sampled_from(["major", "minor", "patch"])


def test_changed_parameters_are_minor_and_named() -> None:
    decision = decide(Evidence(params_changed=("params.yaml:train.depth",)))
    assert decision.part == "minor"
    assert decision.reasons == ("minor: parameters changed (params.yaml:train.depth)",)


def test_the_highest_part_wins_and_is_told_first() -> None:
    decision = decide(
        Evidence(("input age: int to float",), ("src/train.py", "src/x.py"), (), ("data.csv",))
    )
    assert decision.part == "major"
    assert decision.reasons == (
        "major: the signature changed (input age: int to float)",
        "minor: code changed (src/train.py, src/x.py)",
        "patch: data changed (data.csv)",
    )


def test_only_the_weights_is_what_the_policy_says_of_data() -> None:
    assert decide(Evidence()).reasons == ("patch: only the weights changed",)
    decision = decide(Evidence(), Policy(data="minor"))
    assert (decision.part, decision.reasons) == ("minor", ("minor: only the weights changed",))


@given(st.builds(Evidence, ITEMS, ITEMS, ITEMS, ITEMS), st.builds(Policy, PART, PART, PART, PART))
def test_every_change_is_told_once_and_none_outranks_the_decision(
    evidence: Evidence, policy: Policy
) -> None:
    decision = decide(evidence, policy)
    kinds = [evidence.signature_changed, evidence.code_changed]
    kinds += [evidence.params_changed, evidence.data_changed]
    assert len(decision.reasons) == max(1, sum(map(bool, kinds)))
    rank = ["major", "minor", "patch"].index
    parts = [reason.split(":")[0] for reason in decision.reasons]
    assert parts == sorted(parts, key=rank) and parts[0] == decision.part
