"""What differs between two releases of a model: code, parameters, data, artifact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mlvc.domain.pipeline import Stage
from mlvc.domain.snapshot import Snapshot, own_parameters


@dataclass(frozen=True)
class Parameter:
    """A parameter that differs; None where one side lacks it."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Difference:
    """Code is commands and Git-tracked files; data is what DVC tracks but no stage makes."""

    code: tuple[str, ...] = ()
    params: tuple[Parameter, ...] = ()
    data: tuple[str, ...] = ()


def compare(
    old: Snapshot, old_stages: Iterable[Stage], new: Snapshot, new_stages: Iterable[Stage]
) -> Difference:
    """The difference between the same stages at two revisions."""
    before, after = list(old_stages), list(new_stages)
    return Difference(
        code=tuple(sorted(_commands(before, after) | _files(old, before, new, after, code=True))),
        params=tuple(_parameters(before, after)),
        data=tuple(sorted(_files(old, before, new, after, code=False))),
    )


def _commands(before: list[Stage], after: list[Stage]) -> set[str]:
    one = {s.address: (s.cmd, s.wdir) for s in before if not s.is_data}
    two = {s.address: (s.cmd, s.wdir) for s in after if not s.is_data}
    return {f"stage {name}" for name in one.keys() | two.keys() if one.get(name) != two.get(name)}


def _files(
    old: Snapshot, before: list[Stage], new: Snapshot, after: list[Stage], *, code: bool
) -> set[str]:
    one, two = _inputs(old, before, code=code), _inputs(new, after, code=code)
    return {path for path in one.keys() | two.keys() if one.get(path) != two.get(path)}


def _inputs(snapshot: Snapshot, stages: list[Stage], *, code: bool) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for stage in stages:
        if stage.is_data and not code:
            found.update({out.path: out.digest for out in stage.outs})
        for path, content in snapshot.reads(stage).items():
            made = snapshot.pipeline.producer(path)
            tracked = (content or "").startswith("git:")
            if made is None and tracked == code:
                found[path] = content
    return found


def _parameters(before: list[Stage], after: list[Stage]) -> list[Parameter]:
    one, two = _values(before), _values(after)
    names = sorted(one.keys() | two.keys())
    return [
        Parameter(name, one.get(name), two.get(name))
        for name in names
        if one.get(name) != two.get(name)
    ]


def _values(stages: list[Stage]) -> dict[str, Any]:
    return {
        name if file == "params.yaml" else f"{file}:{name}": value
        for stage in stages
        for file, values in own_parameters(stage).items()
        for key, section in values.items()
        for name, value in _leaves(key, section)
    }


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The single parameters of a section that is tracked as one."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}", inner)
    else:
        yield name, value
