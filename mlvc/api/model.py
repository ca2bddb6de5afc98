"""A model of a registry, and its releases."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlvc.api.source import Source
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.domain import release as domain
    from mlvc.ops.evaluating import Evaluated
    from mlvc.ops.gating import Gated


@dataclass(frozen=True)
class Release:
    """A release of a model; `record` is all that its tag tells."""

    record: "domain.Release"
    _source: Source

    @property
    def name(self) -> str:
        """How it is written: `fraud@v1.2.0`."""
        return self.record.name

    @property
    def model(self) -> str:
        """The name of its model."""
        return self.record.model

    @property
    def version(self) -> str:
        """Its version, without the `v`."""
        return str(self.record.version)

    @property
    def commit(self) -> str:
        """The commit that it is of, as a hex id."""
        return self.record.commit

    @property
    def digest(self) -> str | None:
        """The `sha256:…` of its artifact; None where plain GTO wrote the tag."""
        return self.record.digest

    @property
    def metrics(self) -> Mapping[str, float]:
        """The metrics that it was released with."""
        return self.record.metrics

    @property
    def verdict(self) -> str:
        """What its gate said: PASS, FAIL, INCONCLUSIVE, ERROR or NONE."""
        return self.record.verdict

    def path(self, to: str | Path | None = None, *, force: bool = False) -> Path:
        """Its artifact on this machine, proven just now: a file or a folder.

        It is at `to`, where `force` replaces what is there; without `to` in the user's cache,
        `$XDG_CACHE_HOME/mlvc/artifacts`. Raises `MlvcError`: MISSING, CORRUPT, or DIRTY where
        something else is at `to`.
        """
        if to is not None:
            return self._source.get(self.name, Path(to), force=force).path
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        # A digest is its own name; without one, a commit and the model say which it is.
        known = (self.digest or f"{self.commit}-{self.model}").replace("/", "-").replace(":", "-")
        folder = Path(home) / "mlvc" / "artifacts" / known
        folder.mkdir(parents=True, exist_ok=True)
        return self._source.get(self.name, folder / "artifact", force=True).path

    def evaluate(self, with_revision: str | None = None) -> "Evaluated":
        """Evaluate it by its own evaluator, or by that of another revision. Runs `dvc.yaml`."""
        from mlvc.ops.evaluating import evaluate
        from mlvc.ops.selecting import evaluator_by, select

        project = self._source.project()
        targets = select(project, [self.name], None, every=False)
        return evaluate(project, targets, evaluator_by(project, with_revision, targets))[0]

    def gate(self, baseline: str | None = None, environment: str | None = None) -> "Gated":
        """Judge it by the gates of the workspace's `params.yaml`; nothing is run."""
        from mlvc.ops.gating import Terms, gate_release

        terms = Terms(baseline, environment=environment)
        return gate_release(self._source.project(), self.name, terms)


@dataclass(frozen=True)
class Model:
    """A model by its name."""

    name: str
    _source: Source

    def releases(self, versions: str | None = None) -> tuple[Release, ...]:
        """Its releases, lowest version first; `versions` is a range such as `>=1.2,<2`."""
        from mlvc.domain.bounds import VersionRange

        own = [r for r in self._source.read()[0] if r.model == self.name]
        wanted = VersionRange.parse(versions) if versions is not None else None
        found = own if wanted is None else [r for r in own if r.version in wanted]
        return tuple(Release(record, self._source) for record in found)

    def release(self, version: str) -> Release:
        """One of its releases; raises `MlvcError` (MISSING)."""
        from mlvc.domain.version import parse_version

        wanted = parse_version(version)
        found = [r for r in self.releases() if r.record.version == wanted]
        return self._only(found, f"no release v{wanted}")

    def latest(self) -> Release:
        """Its highest version, from which a rollback may have gone away, but not one taken back.

        Raises `MlvcError` (MISSING) where it has none.
        """
        releases, _, ended = self._source.read()
        found = [r for r in releases if r.model == self.name and r.name not in ended]
        return self._only([Release(record, self._source) for record in found[-1:]], "no release")

    def environment(self, name: str) -> Release:
        """The release that is in an environment; raises `MlvcError` (MISSING)."""
        from mlvc.domain.promotion import in_use

        releases, promotions, _ = self._source.read()
        commit = in_use(promotions, self.name).get(name)
        found = [r for r in releases if (r.model, r.commit) == (self.name, commit)]
        handles = [Release(record, self._source) for record in found]
        return self._only(handles[-1:], f"no release in {name}")

    def current(self) -> Release | None:
        """The release that HEAD has; None where HEAD is unreleased."""
        record = self._source.project().standing(self.name).current
        return Release(record, self._source) if record else None

    def _only(self, found: "tuple[Release, ...] | list[Release]", otherwise: str) -> Release:
        if not found:
            raise MlvcError(
                f"{self.name} has {otherwise}", "`Model.releases()` has all.", Exit.MISSING
            )
        return found[0]
