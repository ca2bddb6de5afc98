"""A revision as mlvc sees it: its pipeline, and the ids of its tracked files."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from mlvc.domain.pipeline import Pipeline, Stage, inside, overlaps

SETTINGS = "mlvc"
"""The key of `params.yaml` that holds mlvc's own settings; never part of a lineage."""


class Snapshot(NamedTuple):
    """`files` maps each tracked path to Git's id of its content (and mode, where unusual)."""

    commit: str
    pipeline: Pipeline
    files: Mapping[str, str]

    def content(self, path: str) -> str | None:
        """What identifies the content of a path: the lock's digest, else Git's id of it.

        None when neither knows the path.
        """
        out = self.pipeline.output(path)
        if out is not None and out.cached:
            return out.digest if out.path == path else f"{out.digest}/{path}"
        if path in self.files:
            return f"git:{self.files[path]}"
        members = sorted((p, i) for p, i in self.files.items() if inside(p, path))
        return f"git:{_hash(members)}" if members else (out.digest if out else None)

    def reads(self, stage: Stage) -> dict[str, str | None]:
        """What a stage reads: each dependency's path and what identifies its content."""
        return {
            dep.path: (None if dep.external else self.content(dep.path)) or dep.digest
            for dep in stage.deps
        }


def own_parameters(stage: Stage) -> dict[str, dict[str, Any]]:
    """A stage's parameters by file, without mlvc's own settings."""
    return {
        file: {key: value for key, value in values.items() if key.split(".")[0] != SETTINGS}
        for file, values in stage.params.items()
    }


def recipe(snapshot: Snapshot, stage: Stage, without: frozenset[str] = frozenset()) -> Any:
    """What determines a stage's result: command, inputs and parameters, as plain values.

    Dependencies that overlap `without` count by their path only.
    """
    reads = snapshot.reads(stage)
    return {
        "cmd": stage.cmd,
        "wdir": stage.wdir,
        "deps": {
            path: None if any(overlaps(path, other) for other in without) else found
            for path, found in reads.items()
        },
        "params": own_parameters(stage),
        "outs": sorted(out.path for out in stage.outs),
    }


def fingerprint(facts: Any) -> str:
    """A digest of plain values, `sha256:…`, the same on every machine."""
    return f"sha256:{_hash(facts)}"


def _hash(facts: Any) -> str:
    import hashlib  # takes 4 ms, and who only lists releases does without

    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
