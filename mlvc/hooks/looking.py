"""What `mlvc doctor` says of the hooks."""

from mlvc.hooks.installing import Status
from mlvc.ops.diagnosing.complaint import Complaint

NONE = "none of mlvc's Git hooks are installed: `mlvc hooks install`, if you want them"
"""Worth a note, but nothing is wrong without them."""


def are_wanted(found: Status) -> bool:
    """Whether someone has installed them here, be it that they do not run any more."""
    return any(hook.state in ("installed", "broken") for hook in found.hooks)


def complaint(found: Status) -> Complaint | None:
    """What is wrong where some hooks run and others do not."""
    if found.is_installed or not are_wanted(found):
        return None
    idle = ", ".join(f"{h.name} ({h.state})" for h in found.hooks if h.state != "installed")
    return Complaint(
        "hooks",
        f"hooks that mlvc installed do not run: {idle}",
        "commits, checkouts and pushes are looked at less than you think",
        "`mlvc hooks install` puts them in place again.",
    )
