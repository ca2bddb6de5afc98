"""Words of messages."""

import pytest

from mlvc.domain.wording import counted, few


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("tag",), "0 tags"),
        (1, ("tag",), "1 tag"),
        (1_000, ("tag",), "1,000 tags"),
        (2, ("branch",), "2 branches"),
        (1, ("object is", "objects are"), "1 object is"),
        (2, ("object is", "objects are"), "2 objects are"),
    ],
)
def test_one_is_one_and_more_are_many(count: int, words: tuple[str, ...], said: str) -> None:
    assert counted(count, *words) == said


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, ""), (1, "a"), (3, "a, b, c"), (4, "a, b, c and 1 more"), (5, "a, b, c and 2 more")],
)
def test_of_many_names_a_few_are_told_and_how_many_others_there_are(count: int, told: str) -> None:
    assert few("abcde"[:count]) == told
