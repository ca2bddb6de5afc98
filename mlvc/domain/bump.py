"""Which part of the version a new release raises, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlvc.domain.version import Part

# Lowest first, so that the index is the rank.
_RANK: tuple[Part, ...] = ("patch", "minor", "major")


@dataclass(frozen=True)
class Evidence:
    """What differs from the current release, each as items a human reads (`params.yaml:depth`).

    `same_artifact` is set where not even the model differs.
    """

    signature_changed: tuple[str, ...] = ()
    code_changed: tuple[str, ...] = ()
    params_changed: tuple[str, ...] = ()
    data_changed: tuple[str, ...] = ()
    same_artifact: bool = False


@dataclass(frozen=True)
class Policy:
    """What each kind of change raises; `data` counts for new weights too."""

    signature: Part = "major"
    code: Part = "minor"
    params: Part = "minor"
    data: Part = "patch"


@dataclass(frozen=True)
class Decision:
    """The part to raise, and a reason for each kind of change, the decisive one first."""

    part: Part
    reasons: tuple[str, ...]


def decide(evidence: Evidence, policy: Policy | None = None) -> Decision:
    """The highest part that any change asks for; where nothing but the artifact differs, `data`."""
    found = list(_changes(evidence, policy or Policy()))
    if not found:
        part = (policy or Policy()).data
        what = "nothing" if evidence.same_artifact else "only the weights"
        return Decision(part, (f"{part}: {what} changed",))
    found.sort(key=lambda change: _RANK.index(change[0]), reverse=True)
    return Decision(found[0][0], tuple(f"{part}: {says}" for part, says in found))


def _changes(evidence: Evidence, policy: Policy) -> Iterator[tuple[Part, str]]:
    kinds: tuple[tuple[Part, str, tuple[str, ...]], ...] = (
        (policy.signature, "the signature changed", evidence.signature_changed),
        (policy.code, "code changed", evidence.code_changed),
        (policy.params, "parameters changed", evidence.params_changed),
        (policy.data, "data changed", evidence.data_changed),
    )
    return ((part, f"{says} ({', '.join(items)})") for part, says, items in kinds if items)
