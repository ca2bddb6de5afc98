import pytest
import yaml

from mlvc.artifacts.lock_merging import Merged, merge

HEAD = "schema: '2.0'\nstages:\n"


def stage(name: str, made: str, read: str = "r0") -> str:
    return (
        f"  {name}:\n    cmd: python {name}.py\n    deps:\n    - path: raw\n      md5: {read}\n"
        f"    outs:\n    - path: {name}.out\n      md5: {made}\n"
    )


def lock(*stages: str) -> bytes:
    return (HEAD + "".join(stages)).encode()


def merged(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    found = merge(base, ours, theirs)
    assert found is not None
    return found


A, B, C = stage("a", "1"), stage("b", "1"), stage("c", "1")
A2, B2, B3 = stage("a", "2"), stage("b", "2"), stage("b", "3")


def test_each_side_keeps_the_stage_that_it_ran() -> None:
    found = merged(lock(A, B), lock(A2, B), lock(A, B2))
    assert found == Merged(lock(A2, B2), (), ())


def test_the_same_change_on_both_sides_is_none_to_ask_about() -> None:
    assert merged(lock(A), lock(A2), lock(A2)).text == lock(A2)


def test_a_new_stage_goes_behind_the_one_that_it_follows() -> None:
    assert merged(lock(A), lock(A, C), lock(A, B)).text == lock(A, B, C)


@pytest.mark.parametrize("ours", [True, False])
def test_a_stage_that_one_side_dropped_is_gone(*, ours: bool) -> None:
    sides = (lock(A), lock(A2, B)) if ours else (lock(A2, B), lock(A))
    assert merged(lock(A, B), *sides).text == lock(A2)


def test_a_stage_that_both_ran_anew_stands_twice_between_marks() -> None:
    found = merged(lock(A, B), lock(A2, B2), lock(A, B3))
    assert found.conflicts == ("b",)
    marked = f"<<<<<<< ours\n{B2}=======\n{B3}>>>>>>> theirs\n"
    assert found.text == lock(A2, marked)


def test_dropping_what_the_other_side_ran_anew_is_a_conflict() -> None:
    found = merged(lock(A, B), lock(A), lock(A, B2))
    assert found.conflicts == ("b",)
    assert found.text == lock(A, f"<<<<<<< ours\n=======\n{B2}>>>>>>> theirs\n")


def test_comments_stay_with_the_stage_below_them() -> None:
    found = merged(lock(A, B), lock(A2, "  # mine\n", B), lock(A, B2))
    assert found.text == lock(A2, B2)
    found = merged(lock(A, B), lock("  # mine\n", A2, B), lock(A, B2))
    assert found.text == lock("  # mine\n", A2, B2)


def test_a_stage_that_read_what_the_other_side_made_anew_is_named() -> None:
    made, made2 = (stage("a", made).replace("a.out", "raw") for made in ("r0", "r1"))
    read, read2 = stage("b", "1", "r0"), stage("b", "2", "r0")
    found = merged(lock(made, read), lock(made2, read), lock(made, read2))
    assert found == Merged(lock(made2, read2), (), (("b", "raw"),))


def test_two_new_locks_are_united() -> None:
    assert merged(b"", lock(A), lock(B)).conflicts == ()
    assert yaml.safe_load(merged(b"", lock(A), lock(B)).text)["stages"].keys() == {"a", "b"}


@pytest.mark.parametrize(
    "other",
    [b"- 1\n", b"schema: '2.0'\nstages: {a: {cmd: x}}\n", b"a: [\n", b"schema: '2.0'\nstages: 3\n"],
)
def test_what_is_no_lock_of_dvc_is_merged_by_line(other: bytes) -> None:
    assert merge(lock(A), lock(A2), other) is None
    assert merge(lock(A), other, lock(A2)) is None


def test_a_change_beside_the_stages_is_taken_over_unless_both_have_one() -> None:
    data = b"datasets:\n- name: d\n"
    assert merged(lock(A, B), lock(A2, B), lock(A, B) + data).text == lock(A2, B) + data
    assert merge(lock(A), lock(A2) + data, lock(A) + data.replace(b"d\n", b"e\n")) is None
