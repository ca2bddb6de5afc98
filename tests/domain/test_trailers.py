"""Trailers are reversible, and nothing that a user writes is believed as one."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain import trailers
from mlvc.domain.trailers import RESERVED, Trailer
from mlvc.errors import Exit, MlvcError

KEYS = st.sampled_from(RESERVED) | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,9}", fullmatch=True)
ANY_TEXT = st.text(st.characters(), max_size=30) | st.text(
    alphabet=" \\nx0u\n\r\u2028", max_size=12
)
TRAILERS = st.lists(st.builds(Trailer, KEYS, ANY_TEXT), max_size=6).map(tuple)
PGP = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
SIGNATURES = [
    PGP,
    "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n",
    "-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n",
]


@given(TRAILERS)
def test_what_is_rendered_is_parsed_again(given_trailers: tuple[Trailer, ...]) -> None:
    assert trailers.parse(trailers.render(given_trailers)) == given_trailers


@given(TRAILERS)
def test_every_value_is_one_printable_line(given_trailers: tuple[Trailer, ...]) -> None:
    text = trailers.render(given_trailers)
    lines = text.splitlines()
    assert len(lines) == len(given_trailers)
    assert all(line.isprintable() for line in lines)
    values = [line.partition(": ")[2] for line in lines]
    assert values == [value.strip() for value in values]  # tools strip what stands at an end
    text.encode("utf-8")


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_without_breaking(text: str) -> None:
    for read in (trailers.parse, trailers.parse_tag, trailers.parse_commit):
        assert all(isinstance(t, Trailer) for t in read(text))


def test_escapes_that_mlvc_does_not_write_stay_as_they_are() -> None:
    value = "C:\\data \\q \\xZZ \\Uffffffff\\"
    assert trailers.parse(f"Reason: {value}") == (Trailer("Reason", value),)


def test_a_paragraph_with_another_line_has_no_trailers() -> None:
    assert trailers.parse("Verdict: PASS\nand so on\n") == ()


def test_a_key_that_is_none_is_not_rendered() -> None:
    with pytest.raises(ValueError, match="not a trailer key"):
        trailers.render([Trailer("A key", "x")])


def test_only_the_last_paragraph_of_a_tag_is_believed() -> None:
    contents = "fraud v1.0.0\n\nVerdict: PASS\n\nVerdict: FAIL\n"
    assert trailers.parse_tag(contents) == (Trailer("Verdict", "FAIL"),)
    assert trailers.read_tag(contents).message == "fraud v1.0.0\n\nVerdict: PASS"


def test_the_title_is_never_a_trailer() -> None:
    assert trailers.parse_tag("Verdict: PASS\n") == ()
    assert trailers.read_tag("Verdict: PASS\n").message == "Verdict: PASS"


def test_a_line_of_spaces_does_not_end_the_message() -> None:
    assert trailers.parse_tag("fraud v1.0.0\n\nVerdict: PASS\n \nVerdict: FAIL\n") == ()


def test_a_last_paragraph_of_prose_is_part_of_the_message() -> None:
    contents = "Registering artifact\n\nsome words\n"
    assert trailers.parse_tag(contents) == ()
    assert trailers.read_tag(contents).message == "Registering artifact\n\nsome words"


@pytest.mark.parametrize("signature", SIGNATURES)
def test_the_signature_is_no_part_of_the_text(signature: str) -> None:
    text = "fraud v1.0.0\n\nVerdict: PASS\n"
    assert trailers.strip_signature(text + signature) == text
    assert trailers.parse_tag(text + signature) == (Trailer("Verdict", "PASS"),)
    assert trailers.strip_signature(text) == text


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_inside_a_message_hides_no_trailers(signature: str) -> None:
    contents = f"fraud v1.0.0\n\nVerdict: PASS\n{signature}\nVerdict: FAIL\n"
    assert trailers.parse_tag(contents) == (Trailer("Verdict", "FAIL"),)
    assert trailers.parse_tag(contents + PGP) == (Trailer("Verdict", "FAIL"),)


def test_a_tag_signed_by_git_with_ssh_is_read(tmp_path: Path) -> None:
    def run(*args: str) -> str:
        return subprocess.run(args, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key")
    run("git", "init", "-q")
    who = ("-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgSign=false")
    run("git", *who, "commit", "-q", "--allow-empty", "-m", "x")
    message = "fraud v1.0.0\n\nwords\n\nVerdict: PASS\n"
    sign = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={tmp_path / 'key'}")
    run("git", *who, *sign, "tag", "-s", "--cleanup=verbatim", "-m", message, "fraud@v1.0.0")
    contents = run("git", "for-each-ref", "--format=%(contents)", "refs/tags")
    assert "BEGIN SSH SIGNATURE" in contents
    assert trailers.strip_signature(contents) == message
    assert trailers.parse_tag(contents) == (Trailer("Verdict", "PASS"),)


@pytest.mark.parametrize("key", RESERVED)
@pytest.mark.parametrize("form", ["{}: x", "  {}: x", "{} : x", "{}:", "{}:x"])
def test_a_message_that_claims_a_reserved_key_is_refused_by_line(key: str, form: str) -> None:
    for line in (form.format(key), form.format(key.lower())):
        with pytest.raises(MlvcError) as caught:
            trailers.check_message(f"fine\n\n{line}\nmore")
        assert caught.value.code is Exit.USAGE
        assert "line 3" in caught.value.message and line.strip() in caught.value.message


@pytest.mark.parametrize("text", ["a\0b", "\udc80", *SIGNATURES, "ok\rVerdict: PASS"])
def test_a_message_that_git_would_take_otherwise_is_refused(text: str) -> None:
    with pytest.raises(MlvcError):
        trailers.check_message(text)


def test_an_ordinary_message_comes_back_as_it_is() -> None:
    text = "Retrained: on June.\n\nThe verdict: better. Released-By: me\n- Metrics: see report\n"
    assert trailers.check_message(text) == text


def test_reserved_keys_are_read_anywhere_in_a_commit() -> None:
    body = (
        "Merge all (#7)\r\n\r\n* Roll back fraud to v1.0.0\r\n\r\n"
        "Rollback-From: fraud@v1.1.0\r\nRollback-To: fraud@v1.0.0\r\n\r\n* more\r\n"
        "Signed-off-by: me\r\n  Rollback-To: quoted\r\n"
    )
    assert trailers.parse_commit(body) == (
        Trailer("Rollback-From", "fraud@v1.1.0"),
        Trailer("Rollback-To", "fraud@v1.0.0"),
    )


@pytest.mark.parametrize("line", ["Verdict:", "Verdict: "])
def test_a_trailer_may_say_nothing(line: str) -> None:
    contents = f"title\n\n{line}\nBump: minor\n"
    assert trailers.read_one(contents, "Verdict") == ("title", "")
    assert trailers.parse_tag(contents) == (Trailer("Verdict", ""), Trailer("Bump", "minor"))


@given(st.lists(TRAILERS.map(trailers.render) | ANY_TEXT, max_size=4), st.sampled_from(("", PGP)))
def test_one_trailer_is_read_as_all_of_them_are(paragraphs: list[str], signature: str) -> None:
    contents = "\n\n".join(["title", *paragraphs]) + "\n" + signature
    every = trailers.read_tag(contents)
    for key in RESERVED:
        first = next((t.value for t in every.trailers if t.key == key), None)
        assert trailers.read_one(contents, key) == (every.message, first)
