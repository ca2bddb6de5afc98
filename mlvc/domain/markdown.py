"""Markdown as GitHub reads it, of texts that may come from anywhere."""

import re
from collections.abc import Iterable, Sequence

from mlvc.domain.figures import is_number

# GitHub tells people, and links issues and addresses, even where the text is escaped: only
# something between keeps it from doing so.
_CALL = re.compile(r"(?<![\w@])[@#](?=\w)|\bhttps?(?=://)|\bwww(?=\.)", re.IGNORECASE)
_NOTHING = "\u200b"  # has no width
_MARKUP = "\\|`*_<>[]#"


def escaped(text: str, markup: str = _MARKUP) -> str:
    """Text that is no markup, in one line: a name may come from anywhere."""
    return "".join(f"\\{c}" if c in markup else c for c in " ".join(text.split()))


def quiet(text: str) -> str:
    """The same, and it calls nobody, links nothing, and moves no cursor."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    calm = _CALL.sub(lambda found: f"{found[0]}{_NOTHING}", shown)
    return escaped(calm, f"{_MARKUP}~$&!")


def fenced(text: str, language: str = "text") -> str:
    """Lines as they are, in a block that nothing in them can end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def table(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> str:
    """A table of cells that are escaped already; numbers to the right."""
    cells = [list(row) for row in rows]
    numeric = [all(is_number(row[at]) for row in cells) for at in range(len(heads))]
    rules = ["---:" if right and cells else "---" for right in numeric]
    return "\n".join(f"| {' | '.join(row)} |" for row in (list(heads), rules, *cells))
