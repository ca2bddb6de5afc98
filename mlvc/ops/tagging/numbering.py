"""Which version a release gets, and why."""

import json
from dataclasses import dataclass
from typing import Any

from mlvc.domain import bump, lineage, version
from mlvc.domain.comparison import compare
from mlvc.domain.lineage import Lineage
from mlvc.domain.release import Release
from mlvc.domain.snapshot import Snapshot
from mlvc.domain.version import Version
from mlvc.ops.project import Project
from mlvc.ops.tagging.before import Before
from mlvc.ops.tagging.request import Wanted


@dataclass(frozen=True)
class Subject:
    """What is about to be released."""

    project: Project
    snapshot: Snapshot
    line: Lineage
    before: Before


def number(
    subject: Subject, named: Version | None, wanted: Wanted
) -> tuple[Version, tuple[str, ...]]:
    """The version, and the reasons for it."""
    before = subject.before
    if named is not None:
        return named, ("named by the user",)
    if before.highest is None or before.last is None:
        return version.first(wanted.pre), ("first release",)
    # The number follows the highest on the line, so that a rollback never makes one twice; what
    # has changed is asked of the current release.
    highest = before.highest.version
    if wanted.part is not None:
        return version.bump(highest, wanted.part, wanted.pre), (f"{wanted.part}: asked for",)
    policy = subject.project.settings().for_model(subject.line.artifact.model)
    evidence = _evidence(subject, before.last, policy.signature)
    decision = bump.decide(evidence, policy.bump)
    return version.bump(highest, decision.part, wanted.pre), decision.reasons


def _evidence(subject: Subject, last: Release, signature: str | None) -> bump.Evidence:
    """What differs in the making of the model since the last release."""
    old, line = subject.project.snapshot(last.commit), subject.line
    artifact = old.pipeline.artifact(line.artifact.model)
    before = lineage.lineage(old.pipeline, artifact).made_by if artifact else ()
    found = compare(old, before, subject.snapshot, line.made_by)
    return bump.Evidence(
        signature_changed=_signature(subject, old, signature),
        code_changed=found.code,
        params_changed=tuple(parameter.name for parameter in found.params),
        data_changed=found.data,
        same_artifact=last.object == subject.before.object,
    )


def _signature(subject: Subject, old: Snapshot, configured: str | None) -> tuple[str, ...]:
    """The parts of the model's `signature.json` that differ: inputs or output."""
    producer = subject.line.producer
    outs = producer.outs if producer else ()
    path = configured or next((o.path for o in outs if o.path.endswith("signature.json")), None)
    if path is None:
        return ()
    one, two = (_json(subject.project, snapshot, path) for snapshot in (old, subject.snapshot))
    if one is None or two is None:
        return ()
    return tuple(sorted(key for key in one.keys() | two.keys() if one.get(key) != two.get(key)))


def _json(project: Project, snapshot: Snapshot, path: str) -> dict[str, Any] | None:
    data = project.read(snapshot.commit, [path]).get(path)
    out = snapshot.pipeline.output(path)
    if data is None and out and out.cached and out.digest:
        project.store.fetch([out.digest], path, out.origin.remote)
        data = project.store.cache.path(out.digest).read_bytes()
    try:
        document = json.loads(data or b"")
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
