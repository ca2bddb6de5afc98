"""One comment, kept up to date, and a check."""

import pytest

from mlvc.domain.verdict import Verdict
from mlvc.errors import MlvcError
from mlvc.github.api import Api, ApiError
from mlvc.github.runner import Runner
from mlvc.github.speaking import MARKER, check, comment, fit
from tests.github.standing_in import GitHub


@pytest.fixture
def client(api: GitHub) -> Api:
    return Api(api.url, "me/models", "t0ken")


@pytest.mark.parametrize("login", ["github-actions[bot]", "a-person", ""])
def test_the_comment_is_written_once_and_then_anew(api: GitHub, client: Api, login: str) -> None:
    api.login = login
    others = [
        {"id": n, "body": "LGTM", "user": {"type": "User"}, "html_url": ""} for n in range(120)
    ]
    api.comments += others
    for text in ("first", "second"):
        comment(client, 7, text)
    assert [one["body"] for one in api.comments[120:]] == [f"{MARKER}\nsecond"]
    assert api.tokens == {"Bearer t0ken"}


def test_a_comment_of_somebody_elses_with_the_mark_stays(api: GitHub, client: Api) -> None:
    others = [{"login": "mallory", "type": "User"}, {"login": "other[bot]", "type": "Bot"}, None]
    api.comments += [
        {"id": number, "body": f"{MARKER}\nmine", "user": user}
        for number, user in enumerate(others)
    ]
    comment(client, 7, "ours")
    assert [one["body"] for one in api.comments] == [*[f"{MARKER}\nmine"] * 3, f"{MARKER}\nours"]


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [("PASS", "success"), ("FAIL", "failure"), ("ERROR", "failure"), ("INCONCLUSIVE", "neutral"),
     ("NONE", "neutral")],
)  # fmt: skip
def test_the_check_says_what_the_gate_says(
    api: GitHub, client: Api, verdict: str, conclusion: str
) -> None:
    check(client, "c" * 40, Verdict(verdict), "title", "text")
    assert [(one["head_sha"], one["conclusion"]) for one in api.checks] == [("c" * 40, conclusion)]


def test_what_github_would_refuse_is_cut_before_the_plots() -> None:
    text = f"table\n<details>{'plot' * 20_000}</details>"
    assert fit(text).startswith("table\n\n\nIt goes on") and len(fit("x\n" * 60_000)) <= 65_536
    assert fit("short") == "short"


@pytest.mark.parametrize(("status", "forbidden"), [(403, True), (404, True), (500, False)])
def test_a_refusal_says_what_was_asked_and_why(
    api: GitHub, client: Api, status: int, forbidden: bool
) -> None:
    api.refuses = status
    with pytest.raises(ApiError, match=f"GitHub answered {status}: Resource not") as caught:
        check(client, "c" * 40, Verdict.PASS, "title", "text")
    assert caught.value.is_forbidden is forbidden
    assert "t0ken" not in caught.value.message + caught.value.hint


def test_a_github_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ApiError, match="GitHub gave no answer"):
        Api("http://127.0.0.1:9", "me/models", "t0ken").call("GET", "pulls")
    with pytest.raises(MlvcError, match="no address"):
        Api.of(Runner({"GITHUB_API_URL": "file:///etc/passwd"}))
