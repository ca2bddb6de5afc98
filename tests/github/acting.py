"""Workflows run by act, as they are: no file is changed for it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.github.standing_in import ACTIONS, GitHub, action
from tests.project import Project, run

USES = re.compile(r"uses: (actions/[a-z-]+)@([0-9a-f]{40})")
REPOSITORY = "me/models"


@dataclass(frozen=True)
class Acted:
    """How a run ended: `log` is what its steps printed, `outputs` those of steps, `jobs` how."""

    code: int
    log: str
    outputs: dict[str, str]
    jobs: dict[str, str]


@dataclass(frozen=True)
class Stage:
    """A repository of GitHub's: its origin, a clone with the workflows, and the API."""

    clone: Project
    origin: Path
    store: Path
    standins: tuple[str, ...]
    api: GitHub

    def act(self, event: str, workflow: str, payload: dict[str, Any], *more: str) -> Acted:
        """Run a workflow for an event."""
        file = self.store.parent / "event.json"
        repository = {"full_name": REPOSITORY, "default_branch": "main"}
        file.write_text(json.dumps({"repository": repository, **payload}), encoding="utf-8")
        env = {
            "GITHUB_API_URL": self.api.url,
            "STANDIN_ORIGIN": str(self.origin),
            "STANDIN_STORE": str(self.store),
        }
        words = [word for name, value in env.items() for word in ("--env", f"{name}={value}")]
        done = run(
            *("act", event, "--json", "-W", f".github/workflows/mlvc-{workflow}.yml"),
            *("-e", file, "-P", "ubuntu-latest=-self-hosted", "--container-daemon-socket", "-"),
            *("--no-cache-server", "--no-skip-checkout", "--concurrent-jobs", "1"),
            *("--action-cache-path", self.store.parent / "act", "-s", "GITHUB_TOKEN=t0ken"),
            *(*self.standins, *words, *more),
            cwd=self.clone.path,
            check=False,
        )
        return _read(done.returncode, done.stdout + done.stderr)


def stage(project: Project, folder: Path, api: GitHub) -> Stage:
    """GitHub around a project whose branch and tags are pushed there."""
    origin, clone = folder / "origin.git", folder / "clone"
    run("git", "init", "--quiet", "--bare", origin, cwd=folder)
    project.git("remote", "add", "origin", str(origin))
    sent = project.mlvc("push", "--all")
    assert sent.code == 0, sent.err
    run("git", "clone", "--quiet", origin, clone, cwd=folder)
    here = Project(clone)
    # act takes the repository's name from here; what needs the origin goes by $STANDIN_ORIGIN.
    here.git("remote", "set-url", "origin", f"https://github.com/{REPOSITORY}.git")
    assert here.mlvc("github", "init", "--install", "python --version").code == 0
    texts = [path.read_text() for path in (clone / ".github/workflows").iterdir()]
    pins = {match for text in texts for match in USES.findall(text)}
    homes = {name: action(folder / "actions", name) for name in ACTIONS}
    words = [("--local-repository", f"{name}@{pin}={homes[name]}") for name, pin in sorted(pins)]
    (folder / "store").mkdir()
    return Stage(here, origin, folder / "store", tuple(w for pair in words for w in pair), api)


def _read(code: int, text: str) -> Acted:
    rows = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    outputs: dict[str, str] = {}
    jobs: dict[str, str] = {}
    for row in rows:
        if row.get("command") == "set-output":
            outputs[row["name"]] = row.get("arg", "")
        if row.get("jobResult"):
            jobs[row["jobID"]] = row["jobResult"]
    return Acted(code, "".join(row["msg"] for row in rows if row.get("raw_output")), outputs, jobs)
