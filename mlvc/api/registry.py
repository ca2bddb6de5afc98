"""A registry of models, and what can be done in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlvc.api.model import Model
from mlvc.api.source import Source
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.domain.plan import Plan
    from mlvc.domain.verification import Verified
    from mlvc.ops.chronicle import Event
    from mlvc.ops.differing import Diff
    from mlvc.ops.evaluating import Evaluated
    from mlvc.ops.gating import Gated
    from mlvc.ops.getting import Got
    from mlvc.ops.promoting import Demoted, Place, Promoted
    from mlvc.ops.rollback import Request, RolledBack
    from mlvc.ops.sharing import Pulled, Pushed
    from mlvc.ops.tagging import Tagged
    from mlvc.ops.tagging import Wanted as ToTag
    from mlvc.ops.which import Which


class Registry:
    """The registry of the project that a folder lies in, or of a repository at an address.

    The latter, or a bare one by its path, is not cloned: its models, `get`, and `which` of a file
    work. Everything else needs a project. All methods raise `MlvcError`, none prints, and each sees
    what is there now.
    """

    def __init__(self, where: str | Path = ".") -> None:
        self._source = Source(where)

    def models(self) -> tuple[Model, ...]:
        """All models: those that have releases and, of a project, those that HEAD declares."""
        from mlvc.ops.naming import known_models

        if self._source.url:
            names = {record.model for record in self._source.read()[0]}
        else:
            names = known_models(self._source.project())
        return tuple(Model(name, self._source) for name in sorted(names))

    def model(self, name: str | None = None) -> Model:
        """A model by its name, which may be left out where there is one."""
        known = {model.name: model for model in self.models()}
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        if name is None or name not in known:
            said = "more than one model, or none" if name is None else f"no model {name!r}"
            hint = f"Models: {', '.join(known) or 'none'}."
            raise MlvcError(f"there is {said}", hint, Exit.MISSING)
        return known[name]

    def get(self, release: str, to: str | Path, *, force: bool = False) -> "Got":
        """Have the artifact of a release (`fraud@1.2.0`, `fraud@production`) at `to`, proven."""
        return self._source.get(release, Path(to), force=force)

    def which(self, subject: str | Path = "HEAD") -> "Which":
        """Which release a file, a folder or a revision is."""
        from mlvc.ops.which import which, which_elsewhere

        if self._source.url:
            return which_elsewhere(self._source.url, str(subject), Path.cwd())
        return which(self._source.project(), str(subject), Path.cwd())

    def history(self, model: str | None = None) -> "tuple[Event, ...]":
        """Releases and rollbacks of a model, newest first."""
        from mlvc.ops.chronicle import chronicle

        return chronicle(self._source.project(), model)

    def environments(self, model: str | None = None) -> "tuple[Place, ...]":
        """What is in which environment, since when, and who put it there."""
        from mlvc.ops.promoting import environments

        return environments(self._source.project(), model)

    def diff(self, old: str, new: str = "HEAD", with_revision: str | None = None) -> "Diff":
        """Compare two releases or revisions, if need be by the evaluator of a third."""
        from mlvc.ops.differing import diff

        return diff(self._source.project(), old, new, with_revision)

    def evaluate(
        self, *names: str, with_revision: str | None = None, every: bool = False
    ) -> "tuple[Evaluated, ...]":
        """Evaluate releases, ranges or revisions (HEAD), or `every` release. Runs `dvc.yaml`."""
        from mlvc.ops.evaluating import evaluate
        from mlvc.ops.selecting import evaluator_by, select

        project = self._source.project()
        targets = select(project, list(names), None, every=every)
        return evaluate(project, targets, evaluator_by(project, with_revision, targets))

    def gate(
        self, name: str = "HEAD", baseline: str | None = None, environment: str | None = None
    ) -> "Gated":
        """Judge a release or revision by the gates of `params.yaml`; nothing is run."""
        from mlvc.ops.gating import Terms, gate_release

        terms = Terms(baseline, environment=environment)
        return gate_release(self._source.project(), name, terms)

    def tag(self, wanted: "ToTag | None" = None, *, dry_run: bool = False) -> "Tagged":
        """Release HEAD, as `mlvc.ops.tagging.Wanted` says; by itself the version is found."""
        from mlvc.ops.tagging import Wanted, tag

        return tag(self._source.project(), wanted or Wanted(), dry_run=dry_run)

    def plan_rollback(self, request: "Request") -> "Plan":
        """The proven plan of a rollback; nothing is changed.

        Without a target it is to the last good release. Where no release has a verdict, nothing
        says that one is good, and the target must be named.
        """
        from mlvc.ops.rollback import choose, make_plan

        project = self._source.project()
        chosen = choose(project, request)
        if chosen.needs_consent:
            raise MlvcError(
                "no release has a verdict, so nothing says which is good",
                f"Name it: Request({chosen.target.label!r}).",
            )
        return make_plan(project, request, chosen)

    def rollback(
        self, request: "Request", *, branch: str | None = None, force: bool = False
    ) -> "RolledBack":
        """Plan a rollback and do it, as a new commit: done and durable, or nothing has changed.

        Where one was interrupted before, that is finished or undone first. If the one finished was
        all that is asked for, this refuses, so that it does not go back twice.
        """
        from mlvc.ops.recover import resume
        from mlvc.ops.rollback import perform

        found = resume(self._source.project())
        if found.outcome == "finished" and request.target is None:
            raise MlvcError(
                f"the interrupted {found.request} {found.what} was finished",
                "Ask again to go back further.",
            )
        plan = self.plan_rollback(request)
        return perform(self._source.project(), plan, branch=branch, force=force)

    def promote(self, name: str, environment: str, reason: str = "") -> "Promoted":
        """Put a release into an environment that is known."""
        from mlvc.ops.promoting import Wanted, promote

        return promote(self._source.project(), Wanted(name, environment, reason=reason))

    def demote(self, environment: str, reason: str = "") -> "Demoted":
        """Take out what is in `production` or `MODEL#production`; what was there comes back."""
        from mlvc.ops.promoting import demote

        return demote(self._source.project(), environment, reason=reason)

    def push(self, *names: str, every: bool = False, remote: str | None = None) -> "Pushed":
        """Send releases to the remotes: objects first, proven, then what names them."""
        from mlvc.ops.sharing import push

        return push(self._source.project(), names, every=every, remote=remote)

    def pull(self, *names: str, data: bool = False, remote: str | None = None) -> "Pulled":
        """Take over tags, commits and evaluations; with `data` objects too."""
        from mlvc.ops.sharing import pull

        return pull(self._source.project(), names, data=data, remote=remote)

    def verify(self, *names: str, remote: bool = False, deep: bool = False) -> "Verified":
        """Prove that releases are there and intact."""
        from mlvc.ops.verifying import Scope, verify

        return verify(self._source.project(), Scope(names, remote=remote, deep=deep))
