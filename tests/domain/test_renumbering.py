"""Which promotions get new numbers where two clones meet, and which go along."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain.renumbering import before, due, number_of, renamed
from mlvc.domain.sharing import Tag


def tag(number: int, date: int = 0, place: str = "production", commit: str = "c") -> Tag:
    return Tag(f"m#{place}#{number}", f"id{number}", commit, date or number)


def test_what_has_a_number_or_a_place_of_its_own_stays() -> None:
    assert due([tag(4), tag(5)], {"m#production#3": 3, "m#staging#6": 6}) == []
    assert due([tag(4)], {"m@v1.0.0": 9, "m#production": 9, "n": 0}) == []


def test_from_the_first_number_that_is_taken_all_are_due_in_order() -> None:
    own = [tag(6), tag(4), tag(5)]
    assert due(own, {"m#staging#5": 5}) == [tag(5), tag(6)]
    assert due(own, {"m#production!#4": 0}) == [tag(4), tag(5), tag(6)]


def test_dates_have_to_rise_with_numbers() -> None:
    assert due([tag(5, 50)], {"m#production#4": 50}) == [tag(5, 50)]
    assert due([tag(5, 50)], {"m#production#6": 49}) == [tag(5, 50)]
    assert due([tag(5, 50)], {"m#production#4": 0}) == []


def test_beside_a_gap_that_another_clone_left_the_same_second_will_not_do() -> None:
    later = {"m#production#7": 50}  # once #4, and behind two more of that clone's own
    assert due([tag(5, 50)], later) == [tag(5, 50)]
    assert due([tag(5, 50)], later, known=later) == [tag(5, 50)]
    assert due([tag(5, 49)], later) == []
    # Two tags of one second, as GTO writes them, of which the first was sent.
    assert due([tag(5, 50)], {"m#production#4": 50}, known={"m#production#4"}) == []


def test_new_names_keep_the_place_and_what_ends_it() -> None:
    own = [tag(4, place="eu/canary"), Tag("m#production!#5", "x", "c", 5)]
    assert renamed(own, 8) == {
        "m#eu/canary#4": "m#eu/canary#9",
        "m#production!#5": "m#production!#10",
    }


def test_what_was_put_somewhere_before_goes_along_and_what_came_after_does_not() -> None:
    own = [tag(n, commit=c) for n, c in ((1, "a"), (2, "b"), (3, "c"), (4, "d"))]
    assert before(own, {"c"}) == ["a", "b"]
    assert before(own, {"a"}) == []
    # `b` is also wanted later on, and takes along what came before that.
    again = [tag(n, commit=c) for n, c in ((1, "b"), (2, "c"), (3, "a"), (4, "b"))]
    assert before(again, {"c"}) == ["a", "b"]


histories = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=5)


@settings(max_examples=60)
@given(own=histories, theirs=histories)
def test_after_renumbering_nothing_meets_any_more(
    own: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    mine = list(
        {n: tag(n, sum(d for _, d in own[: at + 1])) for at, (n, d) in enumerate(own)}.values()
    )
    there = {f"m#staging#{n}": d for n, d in theirs}
    met = due(mine, there)
    last = max([number_of(t.name) for t in mine] + [number_of(n) for n in there], default=0)
    newest = max([t.date for t in mine] + [*there.values()], default=0)
    names = renamed(met, last)
    moved = [tag(number_of(names[t.name]), newest + at) for at, t in enumerate(met, 1)]
    assert due([t for t in mine if t not in met], there) == []
    assert due(moved, there) == []
