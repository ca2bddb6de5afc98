"""One of the team, as a process: does something, pushes it, and does what a refusal says."""

import json
import random
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlvc.ops.project import Project as Opened
from mlvc.registry.evaluations import record
from tests.project import Project
from tests.registry.test_evaluations import ONE

_PATIENCE = 60
_RELEASES = ("model@v0.1.0", "model@v0.2.0")


def work(path: Path, rounds: int) -> dict[str, list[str]]:
    """What it did, in order: reasons of promotions, messages of releases, ids of evaluations."""
    project, chance = Project(path), random.Random(path.name)
    made: dict[str, list[str]] = {"promotions": [], "releases": [], "evaluations": []}
    for turn in range(rounds):
        said = f"{path.name}-{turn}"
        for act in (_evaluate, *chance.sample((_promote, _roll_back, _release), 2)):
            act(project, f"{said}{act.__name__}", chance, made)
        _push(project, f"{said}{_release.__name__}")
    return made


def _promote(project: Project, said: str, chance: random.Random, made: dict[str, Any]) -> None:
    place = chance.choice(("production", "staging", f"lab-{project.path.name}"))
    args = (chance.choice(_RELEASES), place, "--new", "-r", said)
    _note(made, _answer(project, "promote", *args)["tag"], said)


def _roll_back(project: Project, said: str, chance: random.Random, made: dict[str, Any]) -> None:
    args = ("--env", "production", "--tag-only", "-r", said)
    done = _answer(project, "rollback", chance.choice(_RELEASES), *args)
    _note(made, done["promotion"]["tag"], said)


def _note(made: dict[str, Any], tag: str, said: str) -> None:
    if tag:  # else it was there already
        made["promotions"].append(said)


def _evaluate(project: Project, said: str, _: random.Random, made: dict[str, Any]) -> None:
    made["evaluations"].append(said.encode().hex())
    record(Opened.find(project.path).repo.git, [replace(ONE, id=made["evaluations"][-1])])


def _release(project: Project, said: str, _: random.Random, made: dict[str, Any]) -> None:
    _answer(project, "tag", "model", "--allow-same", "-m", said)
    made["releases"].append(said)


def _answer(project: Project, *args: str) -> dict[str, Any]:
    done = project.mlvc(*args, "--json")
    assert done.code == 0, done
    document: dict[str, Any] = json.loads(done.out)
    return document


def _push(project: Project, said: str) -> None:
    for _ in range(_PATIENCE):
        done = project.mlvc("push")
        if done.code == 0:
            return
        if "gone different ways" in done.err:
            _merge(project)
        elif taken := re.search(r"git tag -d '([^'#]+)'", done.err):
            project.git("tag", "--delete", taken[1])
            _merge(project)
            while project.mlvc("tag", "model", "--allow-same", "-m", said).code:
                _merge(project)
        else:
            assert "moves all the time" in done.err, done
    raise AssertionError(f"{project.path.name} never got through")


def _merge(project: Project) -> None:
    """Take over all that is there: tags first, so that none of them is on a line not merged."""
    project.mlvc("pull")
    project.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "HEAD")


if __name__ == "__main__":
    print(json.dumps(work(Path(sys.argv[1]), int(sys.argv[2]))))
