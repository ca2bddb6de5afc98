"""Tags here and there: what a push sends and a pull takes, and what is reported."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain.sharing import Tag, batches, compare, in_order, is_shared

TAGS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"))


@settings(max_examples=100)
@given(here=TAGS, there=TAGS, seen=TAGS)
def test_nothing_that_is_another_tag_elsewhere_is_sent_or_taken(
    here: dict[str, str], there: dict[str, str], seen: dict[str, str]
) -> None:
    found = compare(here, there, seen)
    for name in here.keys() | there.keys():
        same = here.get(name, there.get(name)) == there.get(name, here.get(name))
        unmoved = seen.get(name) in (None, there.get(name))
        taken = name in found.new or name in found.lacking
        assert (name in found.moved) == (name in there and not unmoved)
        assert (name in found.clashing) == (not same and unmoved)
        assert not taken or (same and (unmoved or name not in there))
        assert (name in found.gone) == (name in here and name in seen and name not in there)


def test_releases_and_promotions_are_shared_and_other_tags_are_not() -> None:
    assert all(map(is_shared, ["m@v1.0.0", "sub=m@v1.0.0-rc.1", "m#production#3", "m#prod!#4"]))
    assert all(map(is_shared, ["m@v1.0.0!", "m@v1.0.0!#4", "m@v1.0.0#5"]))
    assert not any(map(is_shared, ["v1.0.0", "m@deprecated", "m@v1!", "m@v1", "release"]))


def test_what_takes_a_release_back_is_about_its_model_and_goes_when_it_was_said() -> None:
    ended = Tag("m@v0.1.0!#3", "", "", 6)
    assert ended.model == Tag("m@v0.1.0!", "", "", 6).model == "m"
    rest = [Tag("m@v0.2.0", "", "", 8), Tag("m#prod#2", "", "", 5), Tag("m#prod#4", "", "", 7)]
    assert [tag.name for tag in in_order([ended, *rest])] == [
        "m@v0.2.0", "m#prod#2", "m@v0.1.0!#3", "m#prod#4",
    ]  # fmt: skip


def test_tags_go_as_they_were_made_and_no_more_than_github_tells_of() -> None:
    tags = [
        Tag("m#production#10", "", "", 7),
        Tag("m#production#9", "", "", 7),
        Tag("m@v0.2.0", "", "", 8),
        Tag("m@v0.1.0", "", "", 5),
    ]
    parts = list(batches(in_order(tags)))
    assert [[tag.name for tag in part] for part in parts] == [
        ["m@v0.1.0", "m@v0.2.0", "m#production#9"],
        ["m#production#10"],
    ]
