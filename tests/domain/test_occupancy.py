"""What was in an environment when, by the numbers of its tags and then by their dates."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain.occupancy import Period, misdated, periods
from mlvc.domain.promotion import Promotion, in_use, parse_promotion


def promotions(*tags: str) -> list[Promotion]:
    """Tags on the commits after the first colon, with the dates after the second."""
    parts = (tag.split(":") for tag in tags)
    return [p for tag, commit, at in parts if (p := parse_promotion(tag, commit, int(at)))]


def story(*tags: str) -> list[tuple[str | None, int, int | None]]:
    found = periods(promotions(*tags), "m", "prod")
    return [(p.there.commit if p.there else None, p.since, p.until) for p in found]


def test_each_promotion_ends_the_stay_of_what_was_there() -> None:
    assert story("m#prod#1:a:10", "m#prod#3:b:30", "m#other#2:c:20", "x#prod#4:d:40") == [
        ("a", 10, 30), ("b", 30, None),
    ]  # fmt: skip


def test_a_demotion_and_the_promotion_that_follows_it_are_one_change() -> None:
    made = promotions("m#prod#1:a:10", "m#prod#2:b:20", "m#prod!#3:b:30", "m#prod#4:a:31")
    found = periods(made, "m", "prod")
    assert [(p.since, p.until) for p in found] == [(10, 20), (20, 30), (30, None)]
    assert [tag.tag for tag in found[-1].tags] == ["m#prod!#3", "m#prod#4"]
    assert found[-1].before == made[1] and found[-1].there == made[0]


def test_an_environment_that_is_empty_again_is_so_from_the_demotion_on() -> None:
    assert story("m#prod#1:a:10", "m#prod!#2:a:20") == [("a", 10, 20), (None, 20, None)]


def test_nobody_can_change_what_was_by_dating_a_tag_back() -> None:
    tags = ("m#prod#1:a:10", "m#other#2:c:20", "m#prod#3:b:5", "m#prod#4:c:30")
    assert story(*tags) == [("a", 10, 20), ("b", 20, 30), ("c", 30, None)]
    assert [p.tag for p in misdated(promotions(*tags), "m")] == ["m#prod#3"]


def test_a_tag_without_a_number_is_where_its_date_is() -> None:
    tags = ("m#prod#1:a:10", "m#prod:b:15", "m#prod#2:c:20")
    assert story(*tags) == [("a", 10, 15), ("b", 15, 20), ("c", 20, None)]
    assert story("m#prod:b:25", *tags[:1], *tags[2:])[-1] == ("b", 25, None)
    assert misdated(promotions(*tags), "m") == []


def test_a_period_has_its_first_second_and_not_the_one_that_ends_it() -> None:
    period = Period((), None, None, 10, 20)
    assert [second for second in range(30) if period.overlaps(second, second)] == [*range(10, 20)]
    assert period.overlaps(0, 10) and not period.overlaps(0, 9) and not period.overlaps(20, 30)


TAGS = st.tuples(
    st.sampled_from(["prod", "staging"]), st.booleans(), st.sampled_from("abc"), st.integers(1, 9)
)


@given(st.lists(TAGS, max_size=12))
@settings(max_examples=100, deadline=None)
def test_periods_follow_each_other_and_end_with_what_is_in_use(
    made: list[tuple[str, bool, str, int]],
) -> None:
    tags = [
        Promotion("m", place, number, ends, commit, at)
        for number, (place, ends, commit, at) in enumerate(made, 1)
    ]
    for place, commit in in_use(tags, "m").items():
        found = periods(tags, "m", place)
        ends = [p.until for p in found]
        assert ends == [*(p.since for p in found[1:]), None]
        assert all(one.since <= (one.until or one.since) for one in found)
        assert sum(len(p.tags) for p in found) == sum(t.environment == place for t in tags)
        assert (found[-1].there.commit if found[-1].there else None) == commit
