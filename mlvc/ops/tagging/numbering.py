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
from mlvc.ops.project import Project, Standing
from mlvc.ops.tagging.request import Wanted


@dataclass(frozen=True)
class Subject:
    """What is about to be released."""

    project: Project
    snapshot: Snapshot
    line: Lineage
    standing: Standing


def number(
    subject: Subject, named: Version | None, wanted: Wanted
) -> tuple[Version, tuple[str, ...]]:
    """The version, and the reasons for it."""
    standing = subject.standing
    if named is not None:
        return named, ("named by the user",)
    if not standing.reachable:
        return version.first(wanted.pre), ("first release",)
    # The number follows the highest on the line, so that a rollback never makes one twice; what
    # has changed is asked of the current release.
    highest = standing.reachable[-1].version
    if wanted.part is not None:
        return version.bump(highest, wanted.part, wanted.pre), (f"{wanted.part}: asked for",)
    policy = subject.project.settings().for_model(subject.line.artifact.model)
    evidence = _evidence(subject, compared_with(subject), policy.signature)
    decision = bump.decide(evidence, policy.bump)
    return version.bump(highest, decision.part, wanted.pre), decision.reasons


def compared_with(subject: Subject) -> Release:
    """The release that a new one is compared with: the one that was current last on the line.

    That is the current one, while HEAD still has its artifact; else the target of the last
    rollback, if nothing was released since; else the highest.
    """
    standing = subject.standing
    if standing.current:
        return standing.current
    named = {release.name: release for release in standing.reachable}
    last = next((r for r in reversed(standing.records) if r.target in named), None)
    if last is None:
        return standing.reachable[-1]
    commits = (release.commit for release in standing.reachable)
    before = subject.project.repo.reachable(commits, last.commit)
    since = [release for release in standing.reachable if release.commit not in before]
    return since[-1] if since else named[last.target]


def _evidence(subject: Subject, current: Release, signature: str | None) -> bump.Evidence:
    """What differs in the making of the model since the current release."""
    old, line = subject.project.snapshot(current.commit), subject.line
    artifact = old.pipeline.artifact(line.artifact.model)
    before = lineage.lineage(old.pipeline, artifact).made_by if artifact else ()
    found = compare(old, before, subject.snapshot, line.made_by)
    return bump.Evidence(
        signature_changed=_signature(subject, old, signature),
        code_changed=found.code,
        params_changed=tuple(parameter.name for parameter in found.params),
        data_changed=found.data,
        same_artifact=current.object == subject.standing.object,
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
