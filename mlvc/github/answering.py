"""The answer to a FAIL of what is in an environment: a rollback, proposed or performed."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mlvc.domain.markdown import quiet
from mlvc.domain.plan import Plan
from mlvc.domain.rollback import Trigger
from mlvc.errors import Exit, MlvcError
from mlvc.github.api import Api
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project
from mlvc.ops.promoting import Return, going_back, refuse_elsewhere
from mlvc.ops.rollback import Request, choose, make_plan, perform
from mlvc.ops.sharing import push

HOWS = ("pull-request", "push")
_REMOTE = "refs/remotes/origin"  # as actions/checkout calls it


@dataclass(frozen=True)
class Answered:
    """What was done about `origin`: `target` restored; `url` is a pull request's, if there is one.

    `commit` is empty where a pull request was there already, open or declined.
    """

    origin: str
    target: str
    commit: str
    url: str = ""


@dataclass(frozen=True)
class Way:
    """The way back: what is restored, and the promotion that goes with it."""

    plan: Plan
    back: Return


def planned(project: Project, environment: str, evidence: str, model: str | None) -> Way:
    """The way back from what is in the environment. Raises `MlvcError` where there is none.

    The branch must have what the environment has: one that has moved on is not rewound.
    """
    there = resolve(project, environment, model)
    request = Request(
        model=there.model,
        reason=f"{there.label} fails the gates of {environment}",
        trigger=Trigger.GATE,
        evidence=evidence,
        environment=environment,
    )
    chosen = choose(project, request)
    back = going_back(project, chosen.target, request)
    refuse_elsewhere(project, back)
    if chosen.needs_consent:
        raise MlvcError(
            f"no release has a verdict, so nothing says that {chosen.target.label} is good",
            f"Go back by hand: `mlvc rollback {chosen.target.label}`.",
        )
    return Way(make_plan(project, request, chosen), back)


def propose(api: Api, project: Project, plan: Plan, base: str) -> Answered:
    """Push the rollback as a branch and open a pull request, once for each release.

    Who closed it unmerged has decided: it is not opened again.
    """
    origin, target = plan.record.origin, plan.record.target
    branch = f"rollback/{origin}"
    if there := _proposed(api, branch):
        return Answered(origin, target, "", str(there["html_url"]))
    commit = project.repo.git.maybe("rev-parse", "-q", "--verify", f"{_REMOTE}/{branch}")
    if commit is None:  # else an earlier run was ended before it could propose what it had pushed
        commit = perform(project, plan, branch=branch).commit
        push(_anew(project))
    body = {
        "title": f"Roll back {plan.model}: {origin} → {target}",
        "head": branch,
        "base": base,
        "body": _described(plan),
    }
    made = api.call("POST", "pulls", body)
    return Answered(origin, target, commit, str(made["html_url"]))


def _proposed(api: Api, branch: str) -> dict[str, Any] | None:
    owner = api.repository.partition("/")[0]
    found = api.call("GET", f"pulls?state=all&head={quote(f'{owner}:{branch}', safe='')}")
    return found[0] if found else None


def _described(plan: Plan) -> str:
    record = plan.record
    lines = [
        f"{quiet(record.reason)}.",
        f"This restores {quiet(record.target)}: model, data, parameters and code together.",
        f"After the merge, `mlvc promote {record.target} ENVIRONMENT` puts it to use.",
        *(f"- {quiet(note)}" for note in plan.notes),
        f"Evidence: {record.evidence}" if record.evidence else "",
    ]
    return "\n\n".join(line for line in lines if line)


def put_back(project: Project, way: Way) -> Answered:
    """Roll back the branch and what is in the environment, in one transaction; and push both."""
    record = way.plan.record
    done = perform(project, way.plan, back=way.back)
    push(_anew(project))
    return Answered(record.origin, record.target, done.commit)


def _anew(project: Project) -> Project:
    """The same with nothing remembered: HEAD and the tags are others now."""
    return Project.find(project.root)


def check_how(how: str) -> str:
    """`how`, if it is a way to answer; raises `MlvcError` (USAGE)."""
    if how in HOWS:
        return how
    raise MlvcError(f"{how!r} is no way to answer", f"One of {', '.join(HOWS)}.", Exit.USAGE)
