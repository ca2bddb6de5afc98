"""What a caller asks of a worker, and what comes back."""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Self

import mlvc
from mlvc.domain.change import Change
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.evaluators import By
from mlvc.ops.naming import Target


def edition() -> str:
    """What must be the same on both sides, in words: the versions of mlvc and of Python."""
    return f"mlvc {mlvc.__version__} on Python {sys.version_info[0]}.{sys.version_info[1]}"


@dataclass(frozen=True)
class Subject:
    """A target as another clone finds it again; `tag` is that of its release."""

    commit: str
    model: str
    tag: str | None

    @classmethod
    def of(cls, target: Target) -> Self:
        """That of a target."""
        return cls(target.commit, target.model, target.release.tag if target.release else None)

    @property
    def target(self) -> Target:
        """The target, its release with nothing but the name."""
        release = Release.from_tag(self.tag, self.commit, 0, "", "") if self.tag else None
        return Target(self.commit, self.model, release)


@dataclass(frozen=True)
class Request:
    """One evaluation, in words that mean the same on every machine.

    `url` is where to clone from, `head` the commit whose configuration counts, `prefix` the
    project's folder in the repository. `pair` are the digests of model and evaluator, and `topic`
    is where the beginning is told. The others are as in `By` and `How`. No credentials and no paths
    of the caller's.
    """

    id: str
    url: str
    head: str
    prefix: str
    target: Subject
    base: Subject
    stages: tuple[str, ...]
    changes: tuple[Change, ...]
    pair: tuple[str, str]
    again: bool
    timeout: float | None
    topic: str
    edition: str

    def to_json(self) -> bytes:
        """As bytes, for the way. Raises `MlvcError` (USAGE) for a change that is no JSON."""
        try:
            return json.dumps(asdict(self)).encode()
        except TypeError as error:
            said = ", ".join(map(str, self.changes))
            raise MlvcError(
                f"--set {said} cannot be sent to a worker",
                "Numbers, texts, lists and the like can.",
                Exit.USAGE,
            ) from error

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The request of these bytes."""
        row = json.loads(data)
        row |= {name: Subject(**row[name]) for name in ("target", "base")}
        row |= {name: tuple(row[name]) for name in ("stages", "pair")}
        return cls(**{**row, "changes": tuple(Change(**change) for change in row["changes"])})

    @property
    def by(self) -> By:
        """Whose evaluator is asked for."""
        return By((self.base.target,), stages=self.stages, changes=self.changes)


@dataclass(frozen=True)
class Answer:
    """What a worker made of it: an evaluation, or why there is none.

    `log` is what a failed stage printed, `place` where that lies over there, as `error` names it.
    """

    evaluation: Evaluation | None = None
    refusal: str = ""
    log: str = ""
    place: str = ""

    def to_json(self) -> bytes:
        """As bytes, for the way."""
        made = self.evaluation.to_json().decode() if self.evaluation else None
        return json.dumps({**vars(self), "evaluation": made}).encode()

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The answer of these bytes, which may be anything. Raises `MlvcError` (CORRUPT)."""
        try:
            row = dict(json.loads(data if isinstance(data, bytes) else b""))
            made = row.pop("evaluation")
            found = None if made is None else Evaluation.from_json(made.encode())
            return cls(found, **{name: _text(row[name]) for name in ("refusal", "log", "place")})
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise MlvcError("the answer is malformed", "", Exit.CORRUPT) from error


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError
