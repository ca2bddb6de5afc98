"""Which points of a kind of fault are taken: all of them, every so many, or one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Every so many points, or `only` one."""

    every: int = 1
    only: int | None = None

    def has(self, at: int) -> bool:
        """Whether this point is taken."""
        return at % self.every == 0 if self.only is None else at == self.only


ALL = Part()
