"""Trailers: the `Key: value` lines that carry mlvc's records in tags and commits.

Git's own trailer atoms give nothing on SSH-signed tags and leak into each other, so mlvc reads the
whole text and takes it apart here. A value is one line; what would break it is escaped.
"""

import re
import sys
from collections.abc import Iterable
from typing import NamedTuple

from mlvc.errors import Exit, MlvcError

RESERVED = (
    "Model-Path",
    "Model-Digest",
    "Model-Object",
    "Lineage-Digest",
    "Previous-Release",
    "Bump",
    "Override",
    "Metric",
    "Verdict",
    "Release",
    "Actor",
    "Reason",
    "Rollback-From",
    "Rollback-To",
    "Rollback-Scope",
    "Rollback-Trigger",
    "Rollback-Reason",
    "Evidence",
)

# No DOTALL: Git knows no line end but the newline, and neither does the dot.
_LINE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9-]*):(?: (.*))?$", re.MULTILINE)
_PARAGRAPH = re.compile(r"(?:(?:\A|\n)[A-Za-z0-9][A-Za-z0-9-]*+:(?: .*+)?+)++")
_RESERVED_LINE = re.compile(rf"^({'|'.join(RESERVED)}):(?: (.*))?$", re.MULTILINE)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
# Git compares keys without case and lets space stand before the colon: refuse those as well.
_CLAIM = rf"\s*(?:{'|'.join(RESERVED)})\s*:"
_ESCAPED = re.compile(r"\\(?:\\|n|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_END_SPACE = re.compile(r"\A +| +\Z")
# The four that Git itself knows (gpg-interface.c).
_SIGNATURE = re.compile(
    r"^-----BEGIN (PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----", re.MULTILINE
)


class Trailer(NamedTuple):
    """One `Key: value` line; `value` is any text, unescaped."""

    key: str
    value: str


class TagText(NamedTuple):
    """The text of a tag, taken apart; `message` is the title and what the user wrote."""

    message: str
    trailers: tuple[Trailer, ...]
    signed: bool


def parse(text: str) -> tuple[Trailer, ...]:
    """The trailers of a paragraph; none when any of its lines is something else."""
    paragraph = text.strip("\n")
    return _trailers(_LINE.findall(paragraph)) if _PARAGRAPH.fullmatch(paragraph) else ()


def render(trailers: Iterable[Trailer]) -> str:
    """The paragraph of these trailers, each on a line of its own."""
    return "".join(f"{_key(t.key)}: {_escape(t.value)}\n" for t in trailers)


def read_tag(contents: str) -> TagText:
    """A tag's text: only its last paragraph, below the title, can hold trailers.

    Nothing else is believed, so that a message cannot claim a verdict.
    """
    text, end, signed = _taken_apart(contents)
    return TagText(text[:end].rstrip("\n"), parse(text[end:]), signed)


def read_one(contents: str, key: str) -> tuple[str, str | None]:
    """The message of a tag, and one of its trailers: a quarter of the work of reading them all."""
    text, end, _ = _taken_apart(contents)
    at = text.find(f"\n{key}:", end)
    # After the colon comes a blank, or nothing.
    value = text[at + len(key) + 2 :].partition("\n")[0][1:] if at >= 0 else None
    return text[:end].rstrip("\n"), value if value is None else _unescape(value)


def _taken_apart(contents: str) -> tuple[str, int, bool]:
    """A tag's text, where the message ends and its trailers begin, and whether it is signed."""
    text = strip_signature(contents)
    signed = len(text) != len(contents)
    text = (text.replace("\r\n", "\n") if "\r" in text else text).strip("\n")
    end = text.rfind("\n\n") + 1
    return text, end if end and _PARAGRAPH.fullmatch(text, end) else len(text), signed


def parse_tag(contents: str) -> tuple[Trailer, ...]:
    """The trailers of a tag."""
    return read_tag(contents).trailers


def parse_commit(body: str) -> tuple[Trailer, ...]:
    """The trailers of a commit: reserved keys at line start, anywhere.

    A squash merge puts the trailers of the commits it joins in the middle of its own message.
    """
    # GitHub's squash merges have CR LF.
    return _trailers(_RESERVED_LINE.findall(body.replace("\r\n", "\n")))


def strip_signature(contents: str) -> str:
    """The text above the signature of a tag; all of it when it is not signed.

    Git takes the last line that begins a signature. Only a signature that also ends the text
    counts, so that such a line inside a message cannot hide the trailers below it.
    """
    if "-----BEGIN " not in contents:
        return contents
    starts = list(_SIGNATURE.finditer(contents))
    if starts and contents.rstrip().endswith(f"\n-----END {starts[-1][1]}-----"):
        return contents[: starts[-1].start()]
    return contents


def check_message(text: str) -> str:
    """`text`, if it may be a user's message.

    Raises MlvcError (USAGE), naming the line, where it would read as mlvc's own or as a signature.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(_CLAIM, line, re.IGNORECASE):
            raise _refusal(number, line, "that key is written by mlvc itself: reword the line.")
        if _SIGNATURE.match(line):
            raise _refusal(number, line, "Git would take it for a signature: indent the line.")
        if "\0" in line or any("\ud800" <= c <= "\udfff" for c in line):
            raise _refusal(number, line, "a message is UTF-8 text without NUL.")
    return text


def _refusal(number: int, line: str, hint: str) -> MlvcError:
    return MlvcError(f"line {number} of the message is refused: {line!r}", hint, Exit.USAGE)


def _trailers(found: Iterable[tuple[str, str]]) -> tuple[Trailer, ...]:
    return tuple(Trailer(key, _unescape(value)) for key, value in found)


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a trailer key: {key!r}")
    return key


def _escape(value: str) -> str:
    """One printable line. Space at an end is escaped too: tools strip it."""
    plain = value.isprintable() and "\\" not in value
    line = value if plain else "".join(map(_escape_one, value))
    return _END_SPACE.sub(lambda m: r"\x20" * len(m[0]), line)


def _escape_one(char: str) -> str:
    if char in "\\\n":
        return "\\\\" if char == "\\" else r"\n"
    if char.isprintable():
        return char
    code = f"{ord(char):x}"
    mark, width = next((m, w) for m, w in (("x", 2), ("u", 4), ("U", 8)) if len(code) <= w)
    return f"\\{mark}{code:0>{width}}"


def _unescape(text: str) -> str:
    """The value that was escaped; an escape mlvc does not write stays as it is."""
    return _ESCAPED.sub(_unescape_one, text) if "\\" in text else text


def _unescape_one(match: re.Match[str]) -> str:
    body = match[0][1:]
    if body in ("\\", "n"):
        return "\\" if body == "\\" else "\n"
    code = int(body[1:], 16)
    return chr(code) if code <= sys.maxunicode else match[0]
