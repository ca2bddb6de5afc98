"""Which rollbacks hold, what is withdrawn, which release is current and which was last good."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mlvc.domain import rollback
from mlvc.domain.history import CommitNote, current, effective, last_good, withdrawn
from mlvc.domain.release import Release
from mlvc.domain.rollback import RollbackRecord
from mlvc.domain.version import Version, parse_version

A, B, C, D, E = (letter * 40 for letter in "abcde")


def release(
    version: str, verdict: str = "PASS", held: str | None = None, lineage: str | None = None
) -> Release:
    return Release(
        "m", parse_version(version), A, f"m@v{version}", 0, "t",
        object=held, lineage_digest=lineage, verdict=verdict,
    )  # fmt: skip


def rolled(commit: str, origin: str, target: str) -> CommitNote:
    return CommitNote(commit, rollback.compose("m", RollbackRecord("", origin, target)))


def reverted(commit: str, other: str, rest: str = ".") -> CommitNote:
    return CommitNote(commit, f'Revert "x"\n\nThis reverts commit {other}{rest}\n')


ROLLBACK = rolled(A, "m@v1.1.0", "m@v1.0.0")


def holds(*newest_first: CommitNote) -> bool:
    return [r.commit for r in effective([*newest_first, ROLLBACK])].count(A) == 1


def test_a_rollback_holds_until_it_is_reverted() -> None:
    assert holds()
    assert not holds(reverted(B, A))


def test_a_reverted_revert_reinstates_the_rollback() -> None:
    assert holds(reverted(C, B), reverted(B, A))
    assert not holds(reverted(D, C), reverted(C, B), reverted(B, A))
    assert not holds(reverted(D, A), reverted(C, B), reverted(B, A))


def test_an_abbreviated_id_names_the_commit_from_seven_digits_on() -> None:
    assert not holds(reverted(B, A[:7]))
    assert holds(reverted(B, A[:6]))


def test_the_revert_of_a_merge_names_it_too() -> None:
    assert not holds(reverted(B, A, f", reversing\nchanges made to {C}."))


def test_a_revert_that_is_quoted_or_indented_is_none() -> None:
    assert holds(CommitNote(B, f"x\n\n> This reverts commit {A}.\n  This reverts commit {A}."))


def test_records_come_oldest_first_with_when_and_who() -> None:
    notes = [rolled(C, "m@v1.0.0", "m@v0.9.0"), CommitNote(A, ROLLBACK.body, 7, "Ada")]
    records = effective(notes)
    assert [r.commit for r in records] == [A, C]
    assert (records[0].at, records[0].author) == (7, "Ada")


def test_the_rollbacks_of_a_squash_merge_keep_their_order() -> None:
    squash = CommitNote(B, f"{ROLLBACK.body}\n{rolled(C, 'm@v1.0.0', 'm@v0.9.0').body}")
    assert [r.origin for r in effective([squash])] == ["m@v1.1.0", "m@v1.0.0"]


def names(*pairs: tuple[str, str]) -> set[str]:
    return withdrawn([RollbackRecord(A, f"m@v{a}", f"m@v{b}") for a, b in pairs], "m")


def test_a_rollback_withdraws_where_it_came_from() -> None:
    assert names(("1.1.0", "1.0.0"), ("1.0.0", "0.9.0")) == {"m@v1.1.0", "m@v1.0.0"}


def test_a_roll_forward_clears_its_target_and_withdraws_nothing() -> None:
    assert names(("1.1.0", "1.0.0"), ("1.0.0", "1.1.0")) == set()
    assert names(("1.2.0", "1.0.0"), ("1.1.0", "1.0.0"), ("1.0.0", "1.1.0")) == {"m@v1.2.0"}


def test_going_back_to_a_withdrawn_release_clears_it() -> None:
    assert names(("1.0.0", "0.9.0"), ("1.1.0", "1.0.0")) == {"m@v1.1.0"}


def test_commits_and_other_models_are_not_in_the_set() -> None:
    records = [RollbackRecord(A, B, "m@v1.0.0"), RollbackRecord(A, "other@v2.0.0", "other@v1.0.0")]
    assert withdrawn(records, "m") == set()
    assert withdrawn(records, "other") == {"other@v2.0.0"}
    assert withdrawn([RollbackRecord(A, "m@v1.0.0", B)], "m") == {"m@v1.0.0"}


TIE = [
    release("1.0.0-rc.1", held="x"),
    release("1.0.0", held="x"),
    release("1.1.0", held="y"),
]


def test_the_current_release_is_the_one_with_the_object_of_head() -> None:
    assert current(TIE, "y", []) is TIE[2]
    assert current(TIE, "z", []) is None
    assert current(TIE, None, []) is None
    assert current([release("1.0.0")], None, []) is None


def test_on_a_tie_the_last_rollback_of_the_model_decides_else_the_highest() -> None:
    def back(target: str, origin: str = "m@v1.1.0") -> RollbackRecord:
        return RollbackRecord(A, origin, target)

    elsewhere = back("other@v1.0.0", "other@v2.0.0")
    assert current(TIE, "x", []) is TIE[1]
    assert current(TIE, "x", [back("m@v1.0.0-rc.1")]) is TIE[0]
    assert current(TIE, "x", [back("m@v1.0.0-rc.1"), elsewhere]) is TIE[0]
    assert current(TIE, "x", [back("m@v1.0.0-rc.1"), back("m@v1.1.0", "m@v1.0.0")]) is TIE[1]


def test_what_was_released_since_the_last_rollback_is_current_before_its_target() -> None:
    back = [RollbackRecord(A, "m@v1.1.0", "m@v1.0.0-rc.1")]
    late = replace(TIE[1], commit=B)
    assert current([TIE[0], late], "x", back, lambda _: {B}) is late
    assert current([TIE[0], late], "x", back, lambda _: ()) is TIE[0]
    higher = replace(TIE[2], object="x")
    assert current([TIE[0], late, higher], "x", back, lambda _: {B}) is late


def test_last_good_skips_and_says_why() -> None:
    releases = [
        release("0.1.0"), release("0.2.0", "INCONCLUSIVE"), release("0.2.1", "FAIL"),
        release("0.2.2", "ERROR"), release("0.2.3", "NONE"), release("0.3.0"), release("0.4.0"),
        release("0.5.0"),
    ]  # fmt: skip
    found = last_good(releases, releases[-2], {"m@v0.3.0"})
    assert found.release is releases[0] and not found.needs_consent
    assert found.reason == (
        "v0.1.0 is the newest release older than v0.4.0 that passed its gate (skipped v0.3.0:"
        " withdrawn; v0.2.3: no verdict; v0.2.2: verdict ERROR; v0.2.1: verdict FAIL;"
        " v0.2.0: verdict INCONCLUSIVE)"
    )


def test_an_unreleased_head_goes_back_to_the_newest() -> None:
    releases = [release("0.1.0"), release("0.2.0")]
    assert last_good(releases, None, set()).release is releases[1]


def test_without_any_verdict_the_next_older_one_needs_consent() -> None:
    releases = [release(f"0.{n}.0", "NONE") for n in range(4)]
    found = last_good(releases, releases[3], {"m@v0.2.0"})
    assert found.release is releases[1] and found.needs_consent
    assert "no release has a verdict" in found.reason and "v0.2.0: withdrawn" in found.reason


def test_one_verdict_anywhere_ends_the_guessing() -> None:
    releases = [release("0.1.0", "NONE"), release("0.2.0", "FAIL")]
    found = last_good(releases, releases[1], set())
    assert found.release is None and not found.needs_consent
    assert found.reason == (
        "no release older than v0.2.0 can be gone back to (skipped v0.1.0: no verdict)"
    )


def test_nothing_to_go_back_to_is_said_plainly() -> None:
    only = release("0.1.0")
    assert last_good([], None, set()).reason == "there is no release to go back to"
    assert (
        last_good([only], only, set()).reason
        == "there is no release older than v0.1.0 to go back to"
    )


def test_the_candidate_of_the_bad_release_is_no_way_back() -> None:
    old, rc, final = release("0.9.0", "PASS", "a", "l"), *(
        release(v, "PASS", "x", "l") for v in ("1.0.0-rc.1", "1.0.0")
    )  # fmt: skip
    later = release("1.1.0", "PASS", "y", "l")
    found = last_good([old, rc, final], final, set())
    assert found.release is old and "v1.0.0-rc.1: the same model as v1.0.0" in found.reason
    assert last_good([old, rc, final, later], later, {"m@v1.0.0"}).release is old


def test_a_withdrawn_model_that_was_released_again_counts() -> None:
    bad, again, later = (release(v, held=o, lineage="l") for v, o in zip(
        ("1.0.0", "1.1.0", "1.2.0"), "xxy", strict=True
    ))  # fmt: skip
    assert last_good([bad, again, later], later, {"m@v1.0.0"}).release is again


VERDICTS = st.sampled_from(["PASS", "FAIL", "INCONCLUSIVE", "ERROR", "NONE"])


@given(
    st.lists(st.tuples(VERDICTS, st.booleans()), max_size=7),
    st.integers(0, 7),
)
def test_last_good_is_what_its_definition_says(made: list[tuple[str, bool]], position: int) -> None:
    releases = [release(f"0.{n}.0", verdict) for n, (verdict, _) in enumerate(made)]
    gone = {r.name for r, (_, bad) in zip(releases, made, strict=True) if bad}
    at = releases[position] if position < len(releases) else None
    older = [r for r in releases if at is None or r.version < at.version]
    wanted = "PASS" if any(verdict != "NONE" for verdict, _ in made) else "NONE"
    expected = [r for r in older if r.name not in gone and r.verdict == wanted]
    found = last_good(releases[::-1], at, gone)
    assert found.release == (expected[-1] if expected else None)
    assert found.needs_consent == (bool(expected) and wanted == "NONE")
    assert found.reason


class History(RuleBasedStateMachine):
    """A branch on which releases are made, rolled back and restored, in any order.

    Every release has an object of its own, and HEAD's is what the last commit put there; a revert
    undoes the newest change, as a user would, so the state before it is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[CommitNote] = []  # newest first
        self.releases: list[Release] = []
        self.head: str | None = None
        self.undo: list[tuple[str, str | None, set[str]]] = []  # what a revert must restore

    def commit(self, body: str, head: str | None) -> None:
        before = (f"{len(self.notes) + 1:040x}", self.head, self.gone())
        self.notes.insert(0, CommitNote(before[0], body))
        self.undo.append(before)
        self.head = head

    def gone(self) -> set[str]:
        return withdrawn(effective(self.notes), "m")

    def now(self) -> Release | None:
        return current(self.releases, self.head, effective(self.notes))

    @rule(verdict=VERDICTS)
    def make_a_release(self, verdict: str) -> None:
        number = len(self.releases)
        self.commit("train", f"md5:{number}")
        self.releases.append(release(f"0.{number}.0", verdict, f"md5:{number}", f"sha256:{number}"))
        self.undo.clear()
        assert self.now() is self.releases[-1]

    def go(self, target: Release) -> None:
        origin = self.now()
        assert origin
        record = RollbackRecord("", origin.name, target.name)
        self.commit(rollback.compose("m", record), target.object)

    @precondition(lambda self: self.now())
    @rule()
    def roll_back(self) -> None:
        origin = self.now()
        found = last_good(self.releases, origin, self.gone())
        if origin and found.release:
            self.go(found.release)
            assert origin.name in self.gone() and found.release.name not in self.gone()
            again = last_good(self.releases, found.release, self.gone()).release
            assert again is None or again.version < found.release.version

    @precondition(lambda self: self.now())
    @rule(data=st.data())
    def roll_to_any(self, data: st.DataObject) -> None:
        origin, before = self.now(), self.gone()
        target = data.draw(st.sampled_from(self.releases))
        self.go(target)
        assert origin and target.name not in self.gone()
        if target.version > origin.version:
            assert self.gone() == before - {target.name}

    @precondition(lambda self: self.undo)
    @rule(digits=st.integers(40, 40))
    def revert_the_last_change(self, digits: int) -> None:
        commit, head, gone = self.undo.pop()
        kept = list(self.undo)
        now = self.gone()
        self.commit(f'Revert "x"\n\nThis reverts commit {commit[:digits]}.\n', head)
        assert self.gone() == gone
        # A revert of this revert brings back exactly what was there.
        undone = [CommitNote(D, f"This reverts commit {self.notes[0].commit}."), *self.notes]
        assert withdrawn(effective(undone), "m") == now
        self.undo = kept

    @invariant()
    def current_is_what_head_holds(self) -> None:
        here = self.now()
        assert (here.object if here else None) == self.head

    @invariant()
    def last_good_is_older_and_never_bad(self) -> None:
        here = self.now()
        found = last_good(self.releases, here, self.gone())
        if found.release:
            assert found.release.name not in self.gone()
            assert found.release.verdict in ("PASS", "NONE")
            assert found.needs_consent == (found.release.verdict == "NONE")
            assert here is None or found.release.version < here.version


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_two_rollbacks_in_a_row_go_further_back() -> None:
    releases = [release(f"0.{n}.0", held=f"md5:{n}") for n in range(4)]
    notes: list[CommitNote] = []
    here, seen = releases[3], [Version(0, 3, 0)]
    for commit in (A, B, C):
        found = last_good(releases, here, withdrawn(effective(notes), "m")).release
        assert found
        notes.insert(0, rolled(commit, here.name, found.name))
        here = found
        seen.append(found.version)
    assert [v.minor for v in seen] == [3, 2, 1, 0]
