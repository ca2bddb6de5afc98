"""Evaluations: the metrics of one model under one evaluator, and their form as JSON.

Anyone who can push can write an evaluation, so what is read is checked to the last field.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from mlvc.domain.rule import finite
from mlvc.errors import Exit, MlvcError

SCHEMA = 1
OK, ERROR = "OK", "ERROR"

_HEX = re.compile(r"[0-9a-f]{2,128}")
_PATH = re.compile(
    r"([0-9a-f]{2})/\1[0-9a-f]{0,126}/(?:([0-9a-f]{2})/\2|[0-9a-f]{2})[0-9a-f]{0,126}"
    r"-[0-9a-f]{2,128}\.json"
)
_DIGEST = re.compile(r"[a-z0-9-]+:([0-9a-f]{2,128})(?:\.dir)?")


@dataclass(frozen=True)
class Evaluation:
    """One run of an evaluator on a model.

    `model_digest` is the model's DVC digest (`md5:…`), `evaluator_digest` is `sha256:…`,
    `outputs` maps the paths the evaluator wrote to their digests, `at` is epoch seconds.
    `reproduces` says whether the recorded metrics came out again; None where nobody looked.
    """

    id: str
    at: float
    model: str
    model_digest: str
    release: str | None
    evaluator_digest: str
    evaluator_revision: str
    stages: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    status: str = OK
    error: str = ""
    seconds: float = 0.0
    reproduces: bool | None = None
    schema: int = SCHEMA

    def to_json(self) -> bytes:
        """The canonical form: sorted keys, ASCII, one line. Equal evaluations give equal bytes.

        Raises ValueError for a number that is not finite.
        """
        document = {name: getattr(self, name) for name in ("schema", *_FIELDS)}
        document |= {"at": float(self.at), "seconds": float(self.seconds)}
        document["metrics"] = {name: float(value) for name, value in self.metrics.items()}
        document["outputs"] = dict(self.outputs)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return text.encode("ascii") + b"\n"

    def path(self, *, spread: bool = False) -> str:
        """Where it is kept below `refs/mlvc/evaluations`, of hex digits alone.

        The `.dir` of a folder's digest is left out; the whole digest is in the document. `spread`
        is one folder deeper, by evaluator: for a model that has very many.
        """
        if not _HEX.fullmatch(self.id):
            raise _corrupt(f"id is {self.id[:40]!r}")
        by, inner = self.marks(self.evaluator_digest)
        deeper = f"{inner}/" if spread else ""
        return f"{self.folder(self.model_digest)}/{deeper}{by}-{self.id}.json"

    @staticmethod
    def folder(model_digest: str) -> str:
        """Where all evaluations of a model's digest are kept."""
        digest = _hex_of(model_digest)
        return f"{digest[:2]}/{digest}"

    @staticmethod
    def is_path(path: str) -> bool:
        """Whether an evaluation may be kept at `path`."""
        return _PATH.fullmatch(path) is not None

    @staticmethod
    def marks(evaluator_digest: str) -> tuple[str, str]:
        """What the names of an evaluator's files have before the dash, and what its folder is."""
        digest = _hex_of(evaluator_digest)
        return digest, digest[:2]

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The evaluation of `data`; keys that it does not know are ignored.

        Raises MlvcError (CORRUPT), naming the field, when anything is missing or malformed.
        """
        try:
            document = json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise _corrupt("it is not JSON") from error
        if not isinstance(document, dict):
            raise _corrupt("it is not a JSON object")
        if document.get("schema") != SCHEMA:
            raise _corrupt(f"schema is {str(document.get('schema'))[:40]!r}, known is {SCHEMA}")
        values: dict[str, Any] = {}
        for name, read in _FIELDS.items():
            try:
                values[name] = read(document[name])
            except (KeyError, ValueError) as error:
                says = "is missing" if name not in document else f"is {str(document[name])[:40]!r}"
                raise _corrupt(f"{name} {says}") from error
        return cls(**values)


def choose(evaluations: Iterable[Evaluation]) -> Evaluation | None:
    """Of one pair that several clones ran, the lowest (time, id) that is OK; ERROR never counts."""
    return min((e for e in evaluations if e.status == OK), key=lambda e: (e.at, e.id), default=None)


def _corrupt(what: str) -> MlvcError:
    hint = "remove its blob from refs/mlvc/evaluations; 'mlvc eval' makes it anew."
    return MlvcError(f"an evaluation is malformed: {what}", hint, Exit.CORRUPT)


def _hex_of(digest: str) -> str:
    match = _DIGEST.fullmatch(digest)
    if not match:
        raise _corrupt(f"digest is {digest[:40]!r}")
    return match[1]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError


def _matching(pattern: re.Pattern[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not pattern.fullmatch(_text(value)):
            raise ValueError
        return _text(value)

    return read


def _number(value: object) -> float:
    number = finite(value)
    if number is None:
        raise ValueError
    return number


def _mapping(read: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    def read_all(value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            return {_text(key): read(item) for key, item in value.items()}
        raise ValueError

    return read_all


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(item) for item in value)
    raise ValueError


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ValueError


_FIELDS: dict[str, Callable[[object], Any]] = {
    "id": _matching(_HEX),
    "at": _number,
    "model": _text,
    "model_digest": _matching(_DIGEST),
    "release": lambda value: None if value is None else _text(value),
    "evaluator_digest": _matching(_DIGEST),
    "evaluator_revision": _text,
    "stages": _texts,
    "metrics": _mapping(_number),
    "outputs": _mapping(_text),
    "status": _matching(re.compile(f"{OK}|{ERROR}")),
    "error": _text,
    "seconds": _number,
    "reproduces": _flag,
}
