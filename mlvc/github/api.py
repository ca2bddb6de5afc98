"""GitHub's REST API, as far as it is needed here: https://docs.github.com/en/rest."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from mlvc.errors import MlvcError
from mlvc.github.runner import Runner

_SECONDS = 30
_PAGE = 100
_PAGES = 50
_FORBIDDEN = (401, 403, 404)


class _AtHome(urllib.request.HTTPRedirectHandler):
    """Follows where a renamed repository went, and shows the token to no other server."""

    def redirect_request(self, req: urllib.request.Request, *args: Any) -> Any:
        new = super().redirect_request(req, *args)
        if new is not None and (new.type, new.host) != (req.type, req.host):
            new.remove_header("Authorization")
        return new


_OPENER = urllib.request.build_opener(_AtHome)


class ApiError(MlvcError):
    """GitHub refused, or could not be reached; `status` is its answer's, 0 where there is none."""

    def __init__(self, what: str, why: str, status: int = 0) -> None:
        hint = "Does the job have the permission, and the step a GITHUB_TOKEN?"
        super().__init__(f"{what}: {why}", hint if status in _FORBIDDEN else "Run the job again.")
        self.status = status

    @property
    def is_forbidden(self) -> bool:
        """Whether the token may not do it (GitHub says 404 as well, to who may not know)."""
        return self.status in _FORBIDDEN


@dataclass(frozen=True)
class Api:
    """One repository, spoken to with one token."""

    url: str
    repository: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, runner: Runner) -> "Api":
        """That of a runner; raises `MlvcError` where the step has no token."""
        url = runner.get("API_URL") or "https://api.github.com"
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise MlvcError(f"GITHUB_API_URL is {url!r}, which is no address")
        return cls(url.rstrip("/"), runner.need("REPOSITORY"), runner.need("TOKEN"))

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What GitHub answers, below `/repos/OWNER/NAME/`; raises `ApiError`."""
        return self._asked(method, f"{self.url}/repos/{self.repository}/{path}", path, body)

    def login(self) -> str:
        """The account that the token speaks for, an app's with `[bot]`; raises `ApiError`.

        By GraphQL, since REST does not tell it of the token of a job.
        """
        # Of GitHub Enterprise the addresses are /api/v3 and /api/graphql.
        address = f"{self.url.removesuffix('/v3')}/graphql"
        found = self._asked("POST", address, "graphql", {"query": "{ viewer { login } }"})
        try:
            return str(found["data"]["viewer"]["login"])
        except (KeyError, TypeError):
            raise ApiError("POST graphql", "GitHub does not say whose the token is") from None

    def _asked(self, method: str, address: str, path: str, body: Mapping[str, Any] | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            address,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "mlvc",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        what = f"{method} {path.partition('?')[0]}"
        try:
            with _OPENER.open(request, timeout=_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(what, _said(error), error.code) from error
        except (OSError, HTTPException, ValueError) as error:
            raise ApiError(what, f"GitHub gave no answer: {error}") from error

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """All that a list has, page by page; raises `ApiError`."""
        for page in range(1, _PAGES + 1):
            found = self.call("GET", f"{path}?per_page={_PAGE}&page={page}")
            yield from found
            if len(found) < _PAGE:
                return


def _said(error: urllib.error.HTTPError) -> str:
    try:
        message = str(json.loads(error.read())["message"])
    except (ValueError, KeyError, TypeError, OSError):
        message = str(error.reason)
    return f"GitHub answered {error.code}: {' '.join(message.split())[:200]}"
