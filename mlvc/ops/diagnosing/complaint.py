"""One thing that is wrong with a project."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Complaint:
    """What is wrong, why that matters, and what to do; `code` names its kind, for programs.

    `mendable` says that `--fix` does it.
    """

    code: str
    what: str
    why: str
    todo: str
    mendable: bool = False
