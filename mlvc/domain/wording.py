"""Words of messages: how many, a few of many, and text of others that moves no cursor."""

from collections.abc import Sequence

_FEW = 5
_WIDTH = 60
_BEFORE = 20


def its_releases(names: Sequence[str]) -> str:
    """A sentence with the releases of a model; of many the last few, and that there are more."""
    shown = ", ".join(names[-_FEW:])
    if len(names) <= _FEW:
        return f"Its releases: {shown}."
    return f"Its last releases: {shown}; `mlvc list` shows all {len(names):,}."


def counted(count: int, one: str, many: str = "") -> str:
    """So many of a thing: `1 tag`, `3 tags`, `2 branches`, or as `many` says."""
    many = many or f"{one}{'es' if one.endswith('h') else 's'}"
    return f"{count:,} {one if count == 1 else many}"


def few(names: Sequence[str], most: int = 3) -> str:
    """The first of some names, and of how many others they are: `a, b, c and 2 more`."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def both(old: str, new: str) -> str:
    """What was recorded and what is there now, each around the place where they differ."""
    pairs = enumerate(zip(old, new, strict=False))
    at = next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
    return f"recorded {_window(old, at)}, now {_window(new, at)}"


def column(head: str, old: str, new: str, delimiter: str) -> str:
    """The cell in which two lines of a table differ first; empty where that cannot be told."""
    names, before, after = (_cells(line, delimiter) for line in (head, old, new))
    if not len(names) == len(before) == len(after):
        return ""
    for name, one, other in zip(names, before, after, strict=True):
        if one != other:
            return f"column {_window(name, 0)}: {both(one, other)}"
    return ""


def _cells(line: str, delimiter: str) -> Sequence[str]:
    import csv

    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def visible(text: str) -> str:
    """Text from anyone's tag or file, in one line; nothing in it moves the cursor."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _window(text: str, at: int) -> str:
    """The text, or of a long one what is around `at`; nothing in it moves the cursor."""
    start = max(0, min(at - _BEFORE, len(text) - _WIDTH))
    part = text[start : start + _WIDTH]
    part = visible(part)
    return f"{'…' if start else ''}{part}{'…' if start + _WIDTH < len(text) else ''}" or "nothing"
