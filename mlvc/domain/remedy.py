"""What to do where a system fails, by its own words: the kernel and Git say the same ones."""

import re

_REMEDIES = (
    (r"no space left|quota exceeded", "Make room there"),
    (
        r"read-only file ?system|permission denied|insufficient permission|not permitted",
        "See that you may write there",
    ),
    (r"input/output error", "See whether that disk is sound"),
    # Git does not always say why.
    (
        r"(unable to|cannot|could not|couldn't) (create|write|append|set|migrate)\b(?!.*exists)",
        "See that there is room, and that you may write there",
    ),
)


def remedy(said: str) -> str | None:
    """What to do about a failure, a sentence without its end; None for what is no disk's."""
    found = (then for words, then in _REMEDIES if re.search(words, said, re.IGNORECASE))
    return next(found, None)
