"""What is said on a pull request: one comment, kept up to date, and a check."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlvc.domain.verdict import Verdict
from mlvc.github.api import Api, ApiError
from mlvc.github.runner import Runner

MARKER = "<!-- mlvc: evaluation -->"
CHECK = "mlvc"
_JOB = "github-actions[bot]"
"""Whom the token of a job speaks for, where nobody gives the step another one."""
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
    comment of theirs, a bot or not, does not get it overwritten.
    """
    body = {"body": fit(f"{MARKER}\n{markdown}")}
    found = api.every(f"issues/{number}/comments")
    marked = [one for one in found if str(one.get("body", "")).startswith(MARKER)]
    login = _login(api) if marked else ""
    for one in marked:
        # GraphQL leaves the ending of an app's name out in places.
        if (one.get("user") or {}).get("login") in (login, f"{login}[bot]"):
            done = api.call("PATCH", f"issues/comments/{int(one['id'])}", body)
            return str(done["html_url"])
    return str(api.call("POST", f"issues/{number}/comments", body)["html_url"])


def _login(api: Api) -> str:
    try:
        return api.login()
    except ApiError:
        return _JOB


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
