"""What a user asks of versions and of metrics: `>=1.2,<2` and `f1>0.4`."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

from mlvc.domain.version import Version
from mlvc.errors import Exit, MlvcError

_SIGNS = {"<=": le, ">=": ge, "==": eq, "!=": ne, "<": lt, ">": gt}
_VERSION = re.compile(r"(<=|>=|==|!=|<|>)\s*v?(\d.*)")
_METRIC = re.compile(r"(.+?)\s*(<=|>=|==|!=|<|>)\s*(\S+)")


@dataclass(frozen=True)
class VersionRange:
    """Bounds that a version keeps, all of them, in SemVer's order."""

    bounds: tuple[tuple[str, Version], ...]

    @staticmethod
    def begins(text: str) -> bool:
        """Whether `text` is meant as a range rather than as a name."""
        return _VERSION.match(text) is not None

    @classmethod
    def parse(cls, text: str) -> "VersionRange":
        """The range that `text` spells; raises MlvcError (USAGE)."""
        return cls(tuple(_bound(part.strip()) for part in text.split(",")))

    def __contains__(self, version: Version) -> bool:
        """Whether the version keeps every bound."""
        return all(_SIGNS[sign](version, bound) for sign, bound in self.bounds)


def _bound(part: str) -> tuple[str, Version]:
    match = _VERSION.fullmatch(part)
    if not match:
        raise MlvcError(f"{part!r} is no bound of a range", "Such as '>=1.0,<2'.", Exit.USAGE)
    try:
        # `2` and `1.4` stand for `2.0.0` and `1.4.0`.
        return match[1], Version.parse(match[2], short=True)
    except ValueError:
        raise MlvcError(
            f"{match[2]!r} is not a version", "Such as 1.2 or 1.2.0.", Exit.USAGE
        ) from None


class MetricBound(NamedTuple):
    """A bound that a metric keeps; one that is not there keeps none."""

    metric: str
    sign: str
    value: float

    @classmethod
    def parse(cls, text: str) -> "MetricBound":
        """The bound that `text` spells; raises MlvcError (USAGE)."""
        match = _METRIC.fullmatch(text.strip())
        try:
            value = float(match[3]) if match else math.nan
        except ValueError:
            value = math.nan
        if not match or math.isnan(value):
            raise MlvcError(f"{text!r} is no bound of a metric", "Such as 'f1>0.4'.", Exit.USAGE)
        return cls(match[1], match[2], value)

    def holds(self, metrics: Mapping[str, float]) -> bool:
        """Whether these metrics keep it."""
        found = metrics.get(self.metric)
        return found is not None and bool(_SIGNS[self.sign](found, self.value))
