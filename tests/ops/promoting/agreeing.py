"""What GTO, DVC and mlvc say is in an environment."""

import json
import time
from pathlib import Path
from typing import Any

from tests.ops.test_tagging_peers import gto
from tests.project import Project, run
from tests.releases import answer


def by_gto(project: Project, place: str = "production", model: str = "model") -> list[str]:
    return [row["version"] for row in gto(project, "show", f"{model.replace('=', ':')}#{place}")]


def by_dvc(project: Project, out: Path, place: str = "production", model: str = "model") -> str:
    """The release whose bytes `dvc artifacts get --stage` gives."""
    address = model.replace("=", ":")
    project.dvc("artifacts", "get", ".", address, "--stage", place, "-o", str(out), "--force")
    digest = f"sha256:{run('sha256sum', out, cwd=out.parent).stdout.split()[0]}"
    rows = answer(project, "list", model)["releases"]
    return next(f"v{row['version']}" for row in rows if row["digest"] == digest)


def by_mlvc(project: Project) -> dict[str, str | None]:
    places = answer(project, "environments")["environments"]
    return {f"{one['model']}#{one['environment']}": one["release"] for one in places}


def told(project: Project, tag: str) -> dict[str, str]:
    """The trailers of a tag, as Git itself reads them."""
    text = project.git("for-each-ref", "--format=%(trailers:only)", f"refs/tags/{tag}")
    return dict(line.split(": ", 1) for line in text.splitlines() if line)


def promotions(project: Project) -> list[str]:
    """The promotion tags, by number."""
    found = project.git("tag", "--list", "*#*").split()
    return sorted(found, key=lambda tag: int(tag.rpartition("#")[2]))


def put(project: Project, tag: str, version: str, *, ago: int) -> None:
    """A promotion tag on a release's commit, as someone wrote it so many seconds ago."""
    date = {"GIT_COMMITTER_DATE": f"@{int(time.time()) - ago} +0000"}
    commit = project.git("rev-parse", f"model@v{version}^{{commit}}")
    run("git", "tag", "-a", tag, "-m", "x", commit, cwd=project.path, env=date)


def asks(project: Project, environments: dict[str, Any]) -> None:
    """Let the workspace's params.yaml say what environments ask."""
    params = project.read("params.yaml").partition("mlvc:")[0]
    project.write("params.yaml", f"{params}mlvc: {json.dumps({'environments': environments})}\n")
