"""Whether a release may be put into an environment: withdrawals, rules, gates."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from mlvc.domain.admission import Conditions, objections
from mlvc.domain.gate import Judgement
from mlvc.domain.release import Release
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.gating import Terms, gate_release
from mlvc.ops.names_alone import is_name_alone
from mlvc.ops.project import Project

_CODES = {
    Verdict.FAIL: Exit.GATE_FAIL,
    Verdict.INCONCLUSIVE: Exit.GATE_INCONCLUSIVE,
    Verdict.ERROR: Exit.GATE_ERROR,
}


@dataclass(frozen=True)
class Admission:
    """What speaks against it: `objections`, of which `code` is the first's, and what would help.

    `judgement` is that of the environment's gates; `note` is what no rule objects to, and should
    be known all the same.
    """

    judgement: Judgement
    objections: tuple[str, ...]
    code: Exit
    hint: str = ""
    note: str = ""


def admission(project: Project, release: Release, environment: str) -> Admission:
    """Ask the rules and gates of the workspace's `params.yaml` about a release."""
    conditions = project.settings().for_model(release.model).conditions
    asked = conditions.get(environment, Conditions())
    against = list(_by_rules(project, release, asked))
    judgement, said, hint = Judgement(Verdict.NONE, ()), "", ""
    if environment in conditions:
        judgement, said, hint = _gated(project, release, environment)
    code = Exit.REFUSED if against else _CODES.get(judgement.verdict, Exit.REFUSED)
    note = "" if asked.verdict else _note(release, environment)
    return Admission(judgement, (*against, *([said] if said else [])), code, hint, note)


def _note(release: Release, environment: str) -> str:
    """What to tell of a release that was made although it is bad, where no rule asks for better."""
    if release.verdict not in (Verdict.FAIL, Verdict.ERROR):
        return ""
    return (
        f"{release.name} was released with verdict {release.verdict}; `verdict: PASS` below"
        f" mlvc.environments.{environment} in params.yaml would refuse it"
    )


def refuse_taken_back(project: Project, release: Release) -> None:
    """Refuse what GTO took back: it would leave in the second in which it comes (ADR 0016)."""
    if end := project.deregistered_of(release.model).get(release.name):
        raise MlvcError(
            f"{release.name} may not go anywhere: {end.tag} takes it back",
            "Promote another release, or release its commit again under a new version.",
        )


def refuse_name_alone(project: Project, release: Release) -> None:
    """Refuse a tag of plain GTO on a commit without the model: nobody could get it from there."""
    if is_name_alone(project, release):
        raise MlvcError(
            f"{release.name} may not go anywhere: its commit has no model {release.model!r}",
            "Promote a release that has it: `mlvc list` shows them, `mlvc tag` makes one of HEAD.",
        )


def refusal(release: Release, environment: str, found: Admission) -> MlvcError:
    """The error for a release against which something speaks."""
    anyway = "say why it goes there all the same: `--allow-failing REASON`."
    return MlvcError(
        f"{release.name} may not go to {environment}: {'; '.join(found.objections)}",
        f"{found.hint} Or {anyway}" if found.hint else f"Wait, mend that, or {anyway}",
        found.code,
    )


def _by_rules(project: Project, release: Release, conditions: Conditions) -> Iterator[str]:
    if release.name in project.standing(release.model).withdrawn:
        yield "it is withdrawn (`mlvc history` says how)"
    own = project.promotions_of(release.model)
    yield from objections(release, conditions, own, int(time.time()))


def _gated(project: Project, release: Release, environment: str) -> tuple[Judgement, str, str]:
    """What the gates say, why that is no yes, and what to do about it."""
    try:
        found = gate_release(project, release.name, Terms(environment=environment))
    except MlvcError as error:
        if error.code != Exit.GATE_ERROR:
            raise
        return Judgement(Verdict.ERROR, ()), f"its gates cannot say: {error.message}", error.hint
    judgement = found.judgement
    if judgement.verdict in (Verdict.PASS, Verdict.NONE):
        return judgement, "", ""
    why = [f.explanation for f in judgement.findings if f.verdict == judgement.verdict]
    return judgement, f"the gate says {judgement.verdict}: {'; '.join(why)}", found.hint
