"""The sweep on itself: each planted fault has to be caught by the sweep that is meant for it."""

from tests.crash import forked
from tests.crash.jobs import Jobs
from tests.crash.parts import ALL, Part
from tests.crash.planting import Fault
from tests.crash.scenarios import World
from tests.crash.sweeping import KINDS

_PARTS = {"meeting": Part(3), "signal": Part(19), "error": Part(5), "relapse": Part(9)}


def caught(world: World, fault: Fault, limit: int = 2) -> list[str]:
    """What its sweep finds with the fault planted; nothing is what must not be."""
    # Loudly, here and not in a child, where it would pass for a finding.
    fault.check()
    scenario = world.scenario(fault.scenario)
    jobs = Jobs(limit, quick=True)
    forked.FAULTS.append(fault.plant)
    try:
        part = _PARTS.get(fault.kind, ALL)
        KINDS[fault.kind].sweep(world.places, jobs, scenario, part)
        return jobs.finish()
    finally:
        forked.FAULTS.clear()
