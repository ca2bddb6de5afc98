"""What a splice comes to is known without writing it, where it is one of the two files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mlvc.artifacts import documents, forms
from mlvc.artifacts.forms import form

TEXTS = ["1", "'1'", "on", "true", "~", "", "0o14", "'0o14'", "1.0", "1.00", "[a, b]", "{k: 1}"]


def document(values: list[str]) -> bytes:
    return "".join(f"k{at}: {value}\n" for at, value in enumerate(values)).encode()


@given(*[st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3)] * 2)
def test_equal_forms_are_equal_to_dvcs_reader(one: list[str], other: list[str]) -> None:
    here, there = document(one), document(other)
    if form(here) == form(there):
        assert YAML(typ="safe").load(here) == YAML(typ="safe").load(there)


@pytest.mark.parametrize(
    ("one", "other"), [("1", "'1'"), ("on", "true"), ("0o14", "'0o14'"), ("1.0", "1.00")]
)
def test_what_only_some_readers_tell_apart_has_another_form(one: str, other: str) -> None:
    assert form(document([one])) != form(document([other]))


@pytest.mark.parametrize(
    "text", [b"- a\n", b"a: &x 1\nb: *x\n", b"a: 1\na: 2\n", b"{1: 2}: 3\n", b"a: [\n", b"a: \x00"]
)
def test_what_is_not_plain_has_no_form(text: bytes) -> None:
    assert form(text) is None


def test_nothing_is_a_form_without_keys() -> None:
    assert form(None) == form(b"") == {}


@given(
    st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3),
    st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3),
    st.sets(st.sampled_from(["k0", "k1", "k2"])),
)
def test_a_splice_that_is_one_of_the_files_is_the_one_that_writing_gives(
    head: list[str], old: list[str], keys: set[str]
) -> None:
    here, there = document(head), document(old)
    names = sorted(keys)
    quick = forms.either(here, there, lambda new, old: documents.copy_keys(new, old, names))
    new = documents.read(here, "params.yaml")
    documents.copy_keys(new, documents.read(there, "params.yaml"), names)
    if quick is not None:
        assert documents.read(quick, "params.yaml") == new
    elif new == documents.read(here, "params.yaml"):
        # Only what is written in two ways, and means the same, is not seen so.
        assert form(here) != form(there)
