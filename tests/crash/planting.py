"""Planting a fault: another function in the place of one of mlvc's, wherever that was imported."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Make = Callable[[Any], Any]
"""Makes the faulty function from the real one."""


class NoLongerApplies(Exception):  # noqa: N818 - reads as what happened
    """What a fault replaces is gone: write the fault anew for what is there instead."""


@dataclass(frozen=True)
class Fault:
    """`places` are `module:name`; one kind of sweep on one scenario has to catch it.

    `here` replaces the name in that module only.
    """

    name: str
    kind: str
    scenario: str
    places: tuple[tuple[str, Make], ...]
    here: bool = False

    def plant(self) -> None:
        """Do it, in this process."""
        found = [(*self._found(place), make) for place, make in self.places]
        for owner, name, real, make in found:
            fake = make(real)
            setattr(owner, name, fake)
            if not self.here:
                _everywhere(real, fake)

    def check(self) -> None:
        """Raise NoLongerApplies where what it replaces is gone."""
        for place, _ in self.places:
            self._found(place)

    def _found(self, place: str) -> tuple[Any, str, Any]:
        module, _, path = place.partition(":")
        *above, name = path.split(".")
        try:
            owner = importlib.import_module(module)
            for part in above:
                owner = getattr(owner, part)
            return owner, name, getattr(owner, name)
        except (ImportError, AttributeError) as error:
            raise NoLongerApplies(
                f"planted fault {self.name} no longer applies: {place} is gone"
            ) from error


def _everywhere(real: Any, fake: Any) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("mlvc"):
            for key, value in list(vars(module).items()):
                if value is real:
                    setattr(module, key, fake)
