"""What of HEAD gives way to the lineage of an old commit."""

from mlvc.domain import lineage
from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import Output, Stage, overlaps
from mlvc.domain.snapshot import Snapshot


def all_stages(lines: list[Lineage]) -> list[Stage]:
    """The stages of several lineages, each once."""
    found: list[Stage] = []
    for stage in (stage for line in lines for stage in line.stages):
        if stage not in found:
            found.append(stage)
    return found


def dropped(
    head: Snapshot, old: Snapshot, before: list[Lineage], taken: list[Stage]
) -> list[Stage]:
    """HEAD's stages that the old lineage does not have, or whose outputs it claims.

    One that a stage outside the lineage needs stays, unless its output is claimed.
    """
    names = {stage.address for stage in taken}
    mine = {stage.address for one in before for stage in one.stages if not stage.is_data}
    claims = _claims(old, taken)
    late = [stage for stage in head.pipeline.stages if stage.address not in names]
    claimed = [s for s in late if any(overlaps(o.path, path) for o in s.outs for path in claims)]
    others = [s for s in late if s not in claimed and s.address not in mine]
    needed = lineage.upstream(head.pipeline, others)
    return [s for s in late if s in claimed or (s.address in mine and s not in needed)]


def _claims(old: Snapshot, taken: list[Stage]) -> list[str]:
    """What the lineage writes, and what it reads from Git: that may have become DVC's since."""
    made = [out.path for stage in old.pipeline.stages for out in stage.outs]
    outs = [out.path for stage in taken for out in stage.outs]
    deps = [dep.path for stage in taken for dep in stage.deps if not dep.external]
    return outs + [dep for dep in deps if not any(overlaps(dep, path) for path in made)]


def gone(head: Snapshot, leaving: list[Stage], taken: list[Stage]) -> list[Output]:
    """HEAD's outputs that no stage will write any more."""
    kept = {out.path for stage in taken for out in stage.outs}
    before = [was for stage in taken if (was := head.pipeline.stage(stage.address))]
    return [out for s in (*leaving, *before) for out in s.outs if out.path not in kept]
