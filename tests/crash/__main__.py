"""The whole sweep: each verb stopped before every change to its files. See `make crash`."""

import argparse
import sys
import time

from tests.crash import forked
from tests.crash.jobs import Jobs
from tests.crash.kills import Kills
from tests.crash.places import places
from tests.crash.scenarios import TABLE, World


def main(words: list[str]) -> int:
    """Sweep, print counts and what is broken; 1 where something is."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--only", choices=sorted(TABLE), action="append", help="one scenario")
    parser.add_argument("--at", type=int, help="the state before this call alone")
    parser.add_argument("--every", type=int, default=1, help="a sample: before each nth call")
    asked = parser.parse_args(words)
    broken = 0
    print("scenario            calls  states  broken  seconds")
    with places() as found:
        forked.preload()
        world = World(found)
        for name in asked.only or TABLE:
            broken += _sweep(world, name, asked.at, asked.every)
    return min(broken, 1)


def _sweep(world: World, name: str, at: int | None, every: int) -> int:
    began, jobs = time.monotonic(), Jobs()
    kills = Kills(world.places, jobs, world.scenario(name), at, every)
    kills.sweep()
    found = jobs.finish()
    counts = f"{len(kills.calls):>7}{len(kills.states):>8}{len(found):>8}"
    print(f"{name:<18}{counts}{time.monotonic() - began:>9.1f}", flush=True)
    for line in found:
        print(f"  {line}", flush=True)
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
