"""What is said on a pull request: one comment, kept up to date, and a check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlvc.domain.verdict import Verdict
from mlvc.github.api import Api
from mlvc.github.runner import Runner

MARKER = "<!-- mlvc: evaluation -->"
CHECK = "mlvc"
_MOST = 65_536  # characters of a comment, and of the summary of a check
_CONCLUSIONS = {Verdict.PASS: "success", Verdict.FAIL: "failure", Verdict.ERROR: "failure"}


@dataclass(frozen=True)
class PullRequest:
    """The one that an event is about; `head` and `base` are commit ids."""

    number: int
    head: str
    base: str

    @classmethod
    def of(cls, runner: Runner) -> "PullRequest | None":
        """That of the runner's event, if it is one."""
        found = runner.event.get("pull_request")
        if not isinstance(found, Mapping):
            return None
        return cls(int(found["number"]), str(found["head"]["sha"]), str(found["base"]["sha"]))


def comment(api: Api, number: int, markdown: str) -> str:
    """Write the comment, or write it anew where it is there; its address. Raises `ApiError`.

    It is known by a mark that nobody sees, and by its author: whoever writes the mark into a
    comment of theirs does not get it overwritten.
    """
    body = {"body": fit(f"{MARKER}\n{markdown}")}
    for one in api.every(f"issues/{number}/comments"):
        if _is_own(one):
            done = api.call("PATCH", f"issues/comments/{int(one['id'])}", body)
            return str(done["html_url"])
    return str(api.call("POST", f"issues/{number}/comments", body)["html_url"])


def _is_own(one: Mapping[str, Any]) -> bool:
    return str(one.get("body", "")).startswith(MARKER) and one["user"]["type"] == "Bot"


def check(api: Api, commit: str, verdict: Verdict, title: str, markdown: str) -> None:
    """Set the check of a commit; INCONCLUSIVE is neither a success nor a failure."""
    body = {
        "name": CHECK,
        "head_sha": commit,
        "status": "completed",
        "conclusion": _CONCLUSIONS.get(verdict, "neutral"),
        "output": {"title": title, "summary": fit(markdown)},
    }
    api.call("POST", "check-runs", body)


def fit(markdown: str) -> str:
    """The text, cut between lines where GitHub would refuse it whole."""
    if len(markdown) <= _MOST:
        return markdown
    more = "\n\nIt goes on: the summary of the job has all."
    # Plots come last and take the most room; half of a block would swallow what follows.
    cut = markdown[: _MOST - len(more)].rpartition("<details>")[0]
    return (cut or markdown[: _MOST - len(more)].rpartition("\n")[0]) + more
