"""What stands in for GitHub: its API, and the actions that need the network."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

CHECKOUT = """\
git init --quiet . && git remote add origin "$STANDIN_ORIGIN"
git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'
branch="${REF#refs/heads/}"
if git rev-parse --quiet --verify "refs/remotes/origin/$branch" > /dev/null
then git checkout --quiet -B "$branch" "refs/remotes/origin/$branch"
else git checkout --quiet --detach "$REF"; fi
"""
UPLOAD = """\
if test -e "$FROM"; then mkdir -p "$STANDIN_STORE/$NAME" && cp -r "$FROM/." "$STANDIN_STORE/$NAME"
fi
"""
DOWNLOAD = """\
mkdir -p "$TO"
for found in "$STANDIN_STORE"/$PATTERN; do if test -e "$found"; then cp -r "$found" "$TO"; fi; done
"""
JOB = "github-actions[bot]"
# By the action: what it does here, and the variables that its inputs are handed over in.
ACTIONS = {
    "actions/checkout": (CHECKOUT, {"REF": "ref"}),
    "actions/setup-python": ("python --version", {}),
    "actions/upload-artifact": (UPLOAD, {"NAME": "name", "FROM": "path"}),
    "actions/download-artifact": (DOWNLOAD, {"PATTERN": "pattern", "TO": "path"}),
}


def action(folder: Path, name: str) -> Path:
    """The stand-in of an action, in a folder of its own."""
    script, inputs = ACTIONS[name]
    env = {variable: f"${{{{ inputs.{key} }}}}" for variable, key in inputs.items()}
    if "REF" in env:
        env["REF"] = "${{ inputs.ref || github.ref }}"
    step = {"shell": "bash", "env": env, "run": script}
    content = {
        "name": name,
        "description": "Stands in.",
        "inputs": {key: {"required": False, "description": key} for key in inputs.values()},
        "runs": {"using": "composite", "steps": [step]},
    }
    home = folder / name.replace("/", "-")
    home.mkdir(parents=True)
    (home / "action.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return home


@dataclass
class GitHub:
    """The API as one repository sees it: comments, checks, releases and pull requests.

    `calls` are what was asked, as `METHOD path`; `refuses` is a status for all of it. The token
    speaks for `login`, which it does not tell where that is empty.
    """

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refuses: int = 0
    login: str = JOB

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """The status and the document for a call below `/repos/me/models/`."""
        self.calls.append(f"{method} {path}")
        place, _, query = path.partition("?")
        parts = place.split("/")
        if self.refuses:
            return self.refuses, {"message": "Resource not accessible by integration"}
        if place == "/graphql":
            return 200, {"data": {"viewer": {"login": self.login}} if self.login else None}
        if parts[-1] == "comments" and method == "GET":
            page = int(query.rpartition("=")[2])
            return 200, self.comments[100 * (page - 1) : 100 * page]
        if place.startswith("releases/tags/"):
            found = [one for one in self.releases if one["tag_name"] == unquote(parts[-1])]
            return (200, found[0]) if found else (404, {"message": "Not Found"})
        if method == "GET":
            head = unquote(query.rpartition("=")[2])
            return 200, [one for one in self.pulls if f"me:{one['head']}" == head]
        return self._written(method, parts, body)

    def _written(self, method: str, parts: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        kinds = {"comments": self.comments, "releases": self.releases}
        if method == "PATCH":
            (one,) = (o for o in kinds[parts[-2]] if str(o["id"]) == parts[-1])
            one.update(body)
            return 200, one
        every = {**kinds, "check-runs": self.checks, "pulls": self.pulls}[parts[-1]]
        number = 1000 + len(every)
        user = {"login": self.login or JOB, "type": "Bot"}
        made = {"id": number, "user": user, "html_url": f"https://gh/{number}", **body}
        every.append(made)
        return 201, made


@contextmanager
def github() -> Iterator[GitHub]:
    """The API, answered by a server on this machine."""
    state = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            state.tokens.add(self.headers.get("Authorization", ""))
            place = self.path.removeprefix("/repos/me/models/")
            status, found = state.answer(self.command, place, body)
            data = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - the base class calls them so

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
