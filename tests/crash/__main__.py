"""The whole sweep, a part of it, or one point: `make crash`; exit 1 where anything is broken."""

import argparse
import os
import sys
import time
from collections.abc import Iterator

from tests.crash import forked, planted, sweeping
from tests.crash.catching import caught
from tests.crash.parts import Part
from tests.crash.permitted import why_not
from tests.crash.places import places
from tests.crash.scenarios import TABLE, World
from tests.crash.sweeping import KINDS

_FAULTS = {fault.name: fault for fault in planted.ALL}
_CANNOT = 77


def main(words: list[str]) -> int:
    """Do what the command line asks for, printing each count as it is known."""
    asked = _parser().parse_args(words)
    if reason := why_not():
        print(f"The crash sweep cannot run here: {reason}", file=sys.stderr)
        return _CANNOT
    began, limit = time.monotonic(), os.cpu_count() or 2
    with places() as where:
        forked.preload()
        world = World(where)
        broken = 0 if asked.fault else _swept(world, asked, limit)
        missed = _missed(world, _faults(asked), limit)
    print(f"broken: {broken}, planted faults missed: {missed}", end="")
    print(f", in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    return 1 if broken or missed else 0


def _parser() -> argparse.ArgumentParser:
    kinds = "; ".join(f"{name}: {kind.about}" for name, kind in KINDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash", description=__doc__, epilog=f"{kinds}; fault: planted faults."
    )
    parser.add_argument("--only", choices=list(TABLE), action="append", help="this verb")
    parser.add_argument(
        "--kinds", type=_kinds, default=[*KINDS, "fault"], help="these, with commas"
    )
    parser.add_argument("--every", type=int, help="every so many points; 1 is all of them")
    parser.add_argument("--at", type=int, help="one point, of one verb and one kind")
    parser.add_argument("--fault", choices=list(_FAULTS), action="append", help="a planted fault")
    return parser


def _kinds(text: str) -> list[str]:
    kinds = text.split(",")
    if not {*kinds} <= {*KINDS, "fault"}:
        raise argparse.ArgumentTypeError(f"choose from {', '.join(KINDS)}, fault")
    return kinds


def _swept(world: World, asked: argparse.Namespace, limit: int) -> int:
    broken = 0
    print(sweeping.HEAD, flush=True)
    for name, kind, part in _parts(asked):
        row = sweeping.sweep(world.places, world.scenario(name), kind, part, limit)
        if row.points:
            print(row, flush=True)
        for one in row.broken:
            again = one.split(" (")[0].split(": ")[0]
            print(f"  {one}\n    python -m tests.crash --only {again}", flush=True)
        broken += len(row.broken)
    return broken


def _parts(asked: argparse.Namespace) -> Iterator[tuple[str, str, Part]]:
    for name in asked.only or TABLE:
        for kind in (kind for kind in asked.kinds if kind in KINDS):
            stride = KINDS[kind].stride(name)
            if stride:
                yield name, kind, Part(asked.every or stride, asked.at)


def _faults(asked: argparse.Namespace) -> list[str]:
    whole = asked.fault is None and "fault" in asked.kinds and not asked.only
    return list(_FAULTS) if whole else asked.fault or []


def _missed(world: World, names: list[str], limit: int) -> int:
    missed = 0
    for name in names:
        found = caught(world, _FAULTS[name], limit)
        missed += not found
        print(f"{name:<24}{found[0][:120] if found else 'MISSED'}", flush=True)
    if names:
        print(f"{len(names) - missed} of {len(names)} planted faults caught", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
