"""Why a hook refuses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Objection:
    """What it is about (a path or a tag), why that may not be, and what to do."""

    what: str
    why: str
    todo: str
