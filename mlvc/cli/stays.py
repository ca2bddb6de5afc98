"""How `mlvc history` tells what was in environments."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mlvc.cli import output
from mlvc.cli.planned import short
from mlvc.cli.tables import markdown
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.cli.session import Session
    from mlvc.ops.project import Project
    from mlvc.ops.stays import Stay

_HEADS = (
    "FROM (UTC)", "UNTIL", "ENVIRONMENT", "RELEASE", "VERDICT", "WHAT", "WHO", "SIGNED", "WHY",
)  # fmt: skip
_METRICS = 6
"""How many metrics of a release are told; `mlvc show` has them all."""


class Asked(NamedTuple):
    """Of which model, environment and moment; None for all."""

    model: str | None
    environment: str | None
    at: str | None


def tell(session: "Session", project: "Project", asked: Asked, *, json: bool, md: bool) -> None:
    """Print what was in environments; raises `MlvcError`."""
    from mlvc.domain.moment import Moment
    from mlvc.ops.stays import misdated_tags, stays

    at = Moment.parse(asked.at) if asked.at is not None else None
    found = stays(project, asked.model, asked.environment, at)
    late = misdated_tags(project, asked.model)
    if json:
        span = {"from": at.start, "to": at.end} if at else None
        output.document("history", {"at": span, "stays": found, "misdated": late})
        return
    if md:
        markdown([(*_row(stay), _evidence(stay)) for stay in found], (*_HEADS, "EVIDENCE"))
    elif at:
        _blocks(found)
    else:
        output.table([_row(stay) for stay in found], _HEADS)
    if at:
        session.say(_summary(found, at.text))
    say_misdated(session, late)


def say_misdated(session: "Session", names: Sequence[str]) -> None:
    """Name the tags and commits whose dates contradict the order in which they must have come."""
    for name in names:
        what = f"tag {name}" if "#" in name or "@" in name else f"commit {name[:10]}"
        session.say(f"note: {what} is dated before what it follows: a clock, or someone, was wrong")


def _summary(found: Sequence["Stay"], when: str) -> str:
    if not found:
        return f"nothing had been put into an environment by {when}"
    return f"as of {when}"


def _row(stay: "Stay") -> tuple[str, ...]:
    return (
        output.moment(stay.since),
        "now" if stay.until is None else output.moment(stay.until),
        stay.environment,
        short(stay.release) if stay.release else f"nothing of {stay.model}",
        stay.verdict if stay.release else "",
        stay.kind,
        shown(stay.who.split(" <")[0]),
        "yes" if stay.signed else "no",
        _why(stay),
    )


def _why(stay: "Stay") -> str:
    before = short(stay.before) if stay.before else ""
    override = f"override: {stay.override}" if stay.override else ""
    words = (before and f"instead of {before}", stay.reason, override)
    return shown("; ".join(filter(None, words)))


def _blocks(found: Sequence["Stay"]) -> None:
    """Each stay for itself: the answer to an audit."""
    for number, stay in enumerate(found):
        if number:
            print()
        what = short(stay.release) if stay.release else f"nothing of {stay.model}"
        print(f"{output.paint(what, 'bold')} in {stay.environment}")
        output.table([(" ", key, text) for key, text in _details(stay) if text])


def _details(stay: "Stay") -> list[tuple[str, str]]:
    return [
        ("from", _second(stay.since)),
        ("until", "now" if stay.until is None else _second(stay.until)),
        ("what", f"{stay.kind}{f', instead of {short(stay.before)}' if stay.before else ''}"),
        ("who", shown(stay.who)),
        ("tagged by", shown(stay.tagger) if stay.tagger != stay.who else ""),
        ("why", shown(stay.reason) or "no reason was given"),
        ("override", shown(stay.override)),
        ("evidence", _evidence(stay)),
        ("released", f"although its gate said no: {stay.release_override}"
         if stay.release_override else ""),
        ("tag", f"{', '.join(stay.tags)} ({'signed' if stay.signed else 'not signed'})"),
    ]  # fmt: skip


def _second(epoch: int) -> str:
    return f"{output.moment(epoch)}:{epoch % 60:02} UTC"


def _evidence(stay: "Stay") -> str:
    if not stay.release:
        return ""
    some = [f"{name} {output.number(value)}" for name, value in sorted(stay.metrics.items())]
    more = [f"{len(some) - _METRICS} more in `mlvc show`"] if len(some) > _METRICS else []
    gates = f"gates of {stay.environment} {stay.gates}" if stay.gates != "NONE" else ""
    return shown("; ".join(filter(None, (
        f"verdict {stay.verdict}", gates, ", ".join(some[:_METRICS] + more), stay.evidence,
    ))))  # fmt: skip
