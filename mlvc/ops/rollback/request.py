"""What a user asks of a rollback."""

from typing import NamedTuple

from mlvc.domain.rollback import Scope, Trigger


class Request(NamedTuple):
    """What the user asked for; `target` None means the last good release.

    Of an `environment`, where one is named: then its promotion is appended, too, and
    `allow_failing` is why although something speaks against it. `verb` is the one that was typed.
    """

    target: str | None = None
    model: str | None = None
    scope: Scope = Scope.LINEAGE
    reason: str = ""
    trigger: Trigger = Trigger.MANUAL
    evidence: str = ""
    with_models: tuple[str, ...] = ()
    environment: str = ""
    allow_failing: str | None = None
    verb: str = "rollback"
