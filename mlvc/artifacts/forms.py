"""YAML to the letter: enough to see that two texts say the same, and quickly.

Reading a document that can be written again costs thirty times as much, and most often nothing is
to be written: what a splice comes to is one of the two files that it is made of.
"""

from collections.abc import Callable
from typing import Any

from mlvc.artifacts.documents import safe_loader

_NULL = "tag:yaml.org,2002:null"

Form = dict[str, Any]
"""A mapping by the text of its keys. A scalar is its tag, whether it is quoted, and its text."""


def either(
    head: bytes | None, old: bytes | None, splice: Callable[[Form, Form], bool]
) -> bytes | None:
    """The one of two documents that a splice of `old` into `head` comes to; None for neither.

    `splice` changes its first argument and says whether it did.
    """
    new, source = form(head), form(old)
    if new is None or source is None:
        return None
    if not splice(new, source):
        return head
    return old if new == source else None


def form(data: bytes | None) -> Form | None:
    """The form of a document: of equal ones every reader of YAML makes the same.

    None where it is no mapping, or has anchors, keys twice, keys that are no text, or mistakes.
    """
    import yaml

    try:
        root = yaml.compose(data or b"", Loader=safe_loader())
        found = _form(root, set()) if root else {}
    except (yaml.YAMLError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _form(node: Any, seen: set[int]) -> Any:
    if id(node) in seen:
        raise ValueError("an alias")
    seen.add(id(node))
    if isinstance(node.value, str):
        if node.tag == _NULL and not node.style:
            return None
        return node.tag, bool(node.style), node.value
    if node.id == "sequence":
        return [_form(each, seen) for each in node.value]
    found = {key.value: _form(value, seen) for key, value in node.value if key.id == "scalar"}
    if len(found) != len(node.value):
        raise ValueError("keys")
    return found
