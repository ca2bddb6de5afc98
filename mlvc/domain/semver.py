"""One version, as https://semver.org (2.0.0) has it: read, written, compared.

Not by the package of that name: docs/adr/0021.
"""

from functools import total_ordering
from typing import Any, Final, Literal

Part = Literal["major", "minor", "patch"]
Precedence = tuple[Any, ...]
"""What puts versions into SemVer's order (11) without comparing them one by one."""


@total_ordering
class Version:
    """MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]; what it was built from is no part of its order."""

    __slots__ = ("build", "major", "minor", "patch", "prerelease")

    def __init__(
        self,
        major: int,
        minor: int = 0,
        patch: int = 0,
        prerelease: str | None = None,
        build: str | None = None,
    ) -> None:
        self.major: Final = major
        self.minor: Final = minor
        self.patch: Final = patch
        self.prerelease: Final = prerelease
        self.build: Final = build

    @classmethod
    def parse(cls, text: str, *, short: bool = False) -> "Version":
        """The version that `text` spells, `short` also as `1` or `1.2`; raises `ValueError`."""
        rest, plus, build = text.partition("+")
        core, dash, prerelease = rest.partition("-")
        numbers = core.split(".")
        if short:
            numbers += ["0"] * (3 - len(numbers))
        if len(numbers) != 3 or not all(map(_is_number, numbers)):  # noqa: PLR2004 - as above
            raise ValueError(f"{text!r} has no three numbers")
        if dash and not all(map(_may_be_ranked, prerelease.split("."))):
            raise ValueError(f"{prerelease!r} is no prerelease")
        if plus and not all(map(_is_identifier, build.split("."))):
            raise ValueError(f"{build!r} is no build")
        major, minor, patch = map(int, numbers)
        told = prerelease if dash else None, build if plus else None
        return cls(major, minor, patch, *told)

    @property
    def precedence(self) -> Precedence:
        """What the order of versions is the order of."""
        labels = self.prerelease.split(".") if self.prerelease else ()
        # Numbers come before words, and any prerelease before the release.
        ranks = tuple((0, int(one), "") if one.isdigit() else (1, 0, one) for one in labels)
        return self.major, self.minor, self.patch, not ranks, ranks

    def raised(self, part: Part) -> "Version":
        """With its `major`, `minor` or `patch` one higher, and nothing after that."""
        if part == "major":
            return Version(self.major + 1)
        if part == "minor":
            return Version(self.major, self.minor + 1)
        return Version(self.major, self.minor, self.patch + 1)

    def labelled(self, prerelease: str | None) -> "Version":
        """The same numbers with another prerelease, or with none."""
        return Version(self.major, self.minor, self.patch, prerelease)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.precedence == other.precedence

    def __lt__(self, other: "Version") -> bool:
        return self.precedence < other.precedence

    def __hash__(self) -> int:
        return hash(self.precedence)

    def __str__(self) -> str:
        prerelease = "" if self.prerelease is None else f"-{self.prerelease}"
        build = "" if self.build is None else f"+{self.build}"
        return f"{self.major}.{self.minor}.{self.patch}{prerelease}{build}"

    def __repr__(self) -> str:
        return f"Version({str(self)!r})"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


def _is_identifier(text: str) -> bool:
    return text.isascii() and text.replace("-", "0").isalnum()


def _may_be_ranked(text: str) -> bool:
    """Whether it is an identifier of a prerelease: as a number it must have one spelling."""
    return _is_identifier(text) and (not text.isdigit() or _is_number(text))
