"""What of HEAD gives way to the lineage of an old commit."""

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


def dropped(head: Snapshot, before: list[Lineage], taken: list[Stage]) -> list[Stage]:
    """HEAD's stages that the old lineage does not have, or whose outputs it claims."""
    names = {stage.address for stage in taken}
    mine = {stage.address for one in before for stage in one.stages if not stage.is_data}
    outs = [out.path for stage in taken for out in stage.outs]
    return [
        stage
        for stage in head.pipeline.stages
        if stage.address not in names
        and (
            stage.address in mine
            or any(overlaps(out.path, path) for out in stage.outs for path in outs)
        )
    ]


def gone(head: Snapshot, leaving: list[Stage], taken: list[Stage]) -> list[Output]:
    """HEAD's outputs that no stage will write any more."""
    kept = {out.path for stage in taken for out in stage.outs}
    before = [was for stage in taken if (was := head.pipeline.stage(stage.address))]
    return [out for s in (*leaving, *before) for out in s.outs if out.path not in kept]
