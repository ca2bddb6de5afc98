"""Has a team meet, and asks whether what is left is a serial history of all that was done."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from mlvc.ops.project import Project as Opened
from mlvc.registry import sharing, tag_reading
from mlvc.registry.evaluations import read
from tests.project import Project, run

Made = dict[str, list[str]]
_ROOT = Path(__file__).parents[2]


def begin(folder: Path, one: Project, clones: int) -> list[Project]:
    """A hub with what `one` has, and clones of it. `one` has two releases, and DVC's remote."""
    assert one.mlvc("promote", "model@v0.2.0", "production").code == 0
    done = one.mlvc("push")
    assert done.code == 0, done
    team = [Project(folder / f"clone{number}") for number in range(clones)]
    for member in team:
        run("git", "clone", "--quiet", "hub.git", member.path.name, cwd=folder)
        member.dvc("pull", "--quiet")
    return team


def meet(team: Iterable[Project], rounds: int) -> list[Made]:
    """Let all work at once, a process each; what each has done."""
    command = (sys.executable, "-m", "tests.meeting.member")
    working = [
        subprocess.Popen(
            [*command, member.path, str(rounds)], cwd=_ROOT, stdout=subprocess.PIPE, text=True
        )
        for member in team
    ]
    said = [process.communicate()[0] for process in working]
    assert not any(process.returncode for process in working)
    return [json.loads(text) for text in said]


def wrong(hub: Project, team: list[Project], made: list[Made]) -> list[str]:
    """What is not as one after the other would have left it."""
    git = Opened.find(team[0].path).repo.git
    for member in team:
        assert member.mlvc("pull").code == 0
    found = sorted(tag_reading.read(git).promotions, key=lambda one: one.number)
    kept = [one.told["Reason"] for one in found if "Reason" in one.told]
    asked = {
        "numbers are not unique": len({one.number for one in found}) == len(found),
        "dates do not rise": all(a.at < b.at for a, b in itertools.pairwise(found)),
        "promotions were lost or doubled": sorted(kept) == _all(made, "promotions"),
        "somebody's order changed": all(_within(one["promotions"], kept) for one in made),
        "evaluations were lost": sorted(one.id for one in read(git)) == _all(made, "evaluations"),
        "releases were lost or doubled": _messages(hub) == _all(made, "releases"),
        "clones differ": all(_tags(one) == _tags(hub) for one in team),
        "git fsck complains": not hub.git("fsck", "--strict", "--no-dangling"),
    }
    return [what for what, holds in asked.items() if not holds]


def _all(made: list[Made], kind: str) -> list[str]:
    return sorted(one for each in made for one in each[kind])


def _within(own: list[str], every: list[str]) -> bool:
    return [one for one in every if one in own] == own


def _messages(hub: Project) -> list[str]:
    texts = hub.git("for-each-ref", "--format=%(contents:body)%00", "refs/tags/model@*")
    firsts = (text.strip().split("\n")[0] for text in texts.split("\0"))
    return sorted(first for first in firsts if first.startswith("clone"))


def _tags(project: Project) -> dict[str, str]:
    return sharing.shared(
        {
            line.split(" ")[1]: line.split(" ")[0]
            for line in project.git("show-ref", "--tags").splitlines()
        }
    )
