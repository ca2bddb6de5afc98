"""Where things stand in a picture, in data's units or pixels, so that nothing hides anything."""

import math
from collections.abc import Sequence

from mlvc.errors import MlvcError

_MARGIN = 0.08  # of the axis, above and below what is shown
_STRETCH = 3.0  # of what is shown: a gate further away would flatten it


def domain(values: Sequence[float], wished: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis that shows all `values`, and those `wished` that are not far away.

    Raises `MlvcError` where no number can tell how far apart they are.
    """
    low, high = min(values), max(values)
    reach = _STRETCH * ((high - low) or max(abs(low), abs(high)) * 0.1 or 1)
    near = [wish for wish in wished if low - reach <= wish <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    if not math.isfinite(3 * (high - low)):
        raise MlvcError(
            f"{low!r} and {high!r} are too far apart to be drawn", "Name fewer releases."
        )
    margin = (high - low) * _MARGIN or abs(high) * _MARGIN or 1
    return low - margin, high + margin


def apart(wanted: Sequence[float], least: float) -> list[float]:
    """Places as near to the wanted ones as they can be with `least` between any two."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    groups: list[list[int]] = []
    for at in order:
        groups.append([at])
        while len(groups) > 1 and _middle(groups[-1], wanted) - _middle(groups[-2], wanted) < (
            least * (len(groups[-1]) + len(groups[-2])) / 2
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
    places = list(wanted)
    for group in groups:
        first = _middle(group, wanted) - least * (len(group) - 1) / 2
        for number, at in enumerate(group):
            places[at] = first + least * number
    return places


def _middle(group: Sequence[int], wanted: Sequence[float]) -> float:
    return sum(wanted[at] for at in group) / len(group)


def lanes(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """For each span the lowest lane, from 0 on, in which it meets no earlier one."""
    ends: list[list[tuple[float, float]]] = []
    found = []
    for low, high in spans:
        free = (
            at
            for at, taken in enumerate(ends)
            if all(high + gap < other[0] or low - gap > other[1] for other in taken)
        )
        lane = next(free, len(ends))
        ends += [[]] if lane == len(ends) else []
        ends[lane].append((low, high))
        found.append(lane)
    return found
