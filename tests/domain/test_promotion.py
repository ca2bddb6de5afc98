"""The grammar of promotions is GTO's, and their numbers decide."""

from gto.constants import tag_re
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlvc.domain.promotion import Promotion, in_use, is_environment, parse_promotion

PIECES = st.sampled_from(
    ["fraud", "sub=m", "#", "prod", "a/b", "!", "1", "02", "-", ".", "@v1.0.0"]
)


def promotions(*tags: str) -> list[Promotion]:
    """Tags on the commits after the colon."""
    pairs = (tag.split(":") for tag in tags)
    found = [parse_promotion(tag, commit) for tag, commit in pairs]
    assert all(found)
    return [promotion for promotion in found if promotion]


@given(st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=12))
@settings(max_examples=300, deadline=None)
@example("fraud#production#1")
@example("sub=fraud#eu/production!#12")
@example("fraud#production")
@example("fraud#prod.lock#1")
@example("fraud#-x#1")
@example("fraud#x-#1")
@example("fraud##1")
@example("fraud#prod#1\n")
@example("fraud#prod#\u0661")
def test_it_is_a_promotion_where_gto_says_so(tag: str) -> None:
    gto = tag_re.search(tag.replace("\n", "?"))
    wanted = (gto["artifact"], gto["stage"]) if gto and gto["stage"] else None
    made = parse_promotion(tag, "c")
    # Git refuses some models that GTO would take.
    assert made is None or (made.model, made.environment) == wanted
    if wanted and made is None:
        assert ".." in tag or "/=" in tag or tag[0] in "-./" or "//" in tag or "/." in tag
    if gto and made:
        assert made.ends is bool(gto["cancel"]) and made.number == int(gto["counter"] or 0)
        assert is_environment(made.environment)


def test_the_highest_number_decides_whatever_the_order_of_tags() -> None:
    made = promotions("m#prod#10:c", "m#prod#9:b", "m#prod#2:a", "m#staging#11:d", "x#prod#12:e")
    assert in_use(made, "m") == {"prod": "c", "staging": "d"}
    assert in_use(made, "y") == {}


def test_what_is_taken_out_gives_way_to_the_one_before() -> None:
    made = promotions("m#prod#1:a", "m#prod#2:b", "m#prod!#3:b")
    assert in_use(made, "m") == {"prod": "a"}
    assert in_use([*made, *promotions("m#prod!#4:a")], "m") == {"prod": None}
    assert in_use([*made, *promotions("m#prod!#4:a", "m#prod#5:b")], "m") == {"prod": "b"}


def test_one_without_a_number_is_below_all_others() -> None:
    assert in_use(promotions("m#prod:a"), "m") == {"prod": "a"}
    assert in_use(promotions("m#prod:a", "m#prod#1:b"), "m") == {"prod": "b"}
