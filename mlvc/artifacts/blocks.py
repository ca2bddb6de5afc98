"""Entries of a YAML section replaced as lines of text: all other lines keep every byte.

A YAML library ties a comment to what stands before it, so that a comment above an entry would
come and go with the entry before. Lines do not.
"""

from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

Spans = dict[str, tuple[int, int]]


def replaced(head: bytes, old: bytes, section: str, names: AbstractSet[str]) -> bytes | None:
    """`head` with those entries of a section as `old` has them, or without what `old` lacks.

    None where the section is not written as a block in both; the caller compares the meaning.
    """
    here, there = _spans(head, section), _spans(old, section)
    if not here or not there:
        return None
    lines, source = _lines(head), _lines(old)
    last = max(end for _, end in here.values())
    fresh = [line for name in sorted(names - here.keys()) for line in _cut(source, there.get(name))]
    lines[last:last] = fresh
    for name in sorted(names & here.keys(), key=lambda n: here[n], reverse=True):
        lines[slice(*here[name])] = _cut(source, there.get(name))
    return b"".join(lines)


class Parts(NamedTuple):
    """A text cut up: what stands before the entries of a section, these by name, and the rest."""

    head: bytes
    entries: dict[str, bytes]
    tail: bytes


def parts(text: bytes, section: str) -> Parts | None:
    """Cut a text up, comments with the entry that they stand above; None as in `replaced`.

    A text of nothing has no entries.
    """
    spans, lines = sorted(_spans(text, section).items(), key=lambda item: item[1]), _lines(text)
    if not spans:
        return None if text.strip() else Parts(b"", {}, b"")
    at, found = spans[0][1][0], {}
    head = b"".join(lines[:at])
    for name, (_, end) in spans:
        found[name], at = b"".join(lines[at:end]), end
    return Parts(head, found, b"".join(lines[at:]))


def _lines(text: bytes) -> list[bytes]:
    return [line + b"\n" for line in text.rstrip(b"\n").split(b"\n")]


def _cut(lines: list[bytes], span: tuple[int, int] | None) -> list[bytes]:
    return lines[slice(*span)] if span else []


def _spans(text: bytes, section: str) -> Spans:
    """The lines of each entry, from its key to the last of its values."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return {}
    found = next((v for k, v in getattr(root, "value", ()) if k.value == section), None)
    if not isinstance(found, yaml.MappingNode) or found.flow_style:
        return {}
    return {key.value: (key.start_mark.line, _last(value) + 1) for key, value in found.value}


def _last(node: Any) -> int:
    """The last line of a node itself, without the comments behind it."""
    children = node.value if isinstance(node.value, list) and not node.flow_style else ()
    leaves = [leaf for child in children for leaf in (child if type(child) is tuple else (child,))]
    if leaves:
        return max(_last(leaf) for leaf in leaves)
    end = node.end_mark
    return int(end.line if end.column else end.line - 1)
