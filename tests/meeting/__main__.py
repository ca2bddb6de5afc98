"""Eight clones, many rounds: `make meet`; exit 1 where what is left is no serial history."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.crash import forked, projects
from tests.meeting.team import begin, meet, wrong
from tests.project import Project


def main(words: list[str]) -> int:
    """Have clones meet as often as asked, each time from the beginning."""
    parser = argparse.ArgumentParser(prog="python -m tests.meeting", description=__doc__)
    parser.add_argument("--clones", type=int, default=8)
    parser.add_argument(
        "--rounds", type=int, default=3, help="of three acts and a push, each clone"
    )
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args(words)
    broken = 0
    for number in range(1, asked.times + 1):
        with tempfile.TemporaryDirectory(prefix="meeting-") as folder:
            broken += _once(Path(folder), asked.clones, asked.rounds, number)
    print(f"broken: {broken} of {asked.times}")
    return 1 if broken else 0


def _once(folder: Path, clones: int, rounds: int, number: int) -> bool:
    one = projects.build(folder / "project")
    one.git("init", "--quiet", "--bare", "../hub.git")
    one.git("remote", "add", "origin", "../hub.git")
    forked.done(forked.dvc(one.path, "remote", "add", "--quiet", "--default", "store", "../store"))
    one.commit("Where objects go")
    forked.done(forked.dvc(one.path, "push", "--quiet"))  # of the model that is not released, too
    team, began = begin(folder, one, clones), time.monotonic()
    made = meet(team, rounds)
    took = time.monotonic() - began
    found = wrong(Project(folder / "hub.git"), team, made)
    counts = (f"{sum(len(m[kind]) for m in made)} {kind}" for kind in made[0])
    print(f"{number}: {', '.join(counts)} in {took:.0f} s: {'; '.join(found) or 'serial'}")
    sys.stdout.flush()
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
