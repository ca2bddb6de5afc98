"""The tags of a project, each read when it is asked for: all of them, or those of one model."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import IO

from mlvc.domain.names import is_model
from mlvc.domain.release import Release
from mlvc.registry import tag_reading
from mlvc.registry.repository import Repository
from mlvc.registry.streams import printing_tags
from mlvc.registry.tag_reading import NONE, Tags
from mlvc.registry.tags import of_model

Begun = IO[bytes] | None
"""What git prints of tags, where it was started before."""


class ReadTags:
    """What was read is remembered; whoever asks for one model does not read 100,000 of others."""

    def __init__(self, repo: Repository, every: Tags | None = None, begun: Begun = None) -> None:
        self._repo, self._all, self._begun = repo, every, begun
        self._of: dict[str, Tags] = {}
        self._releases_of: dict[str, tuple[Release, ...]] = {}

    @property
    def all(self) -> Tags:
        """The tags of all models."""
        if self._all is None:
            here, begun = self._repo.walked, self._begun
            self._begun = None  # it can be read once
            self._all = tag_reading.read(self._repo.git, here=here, begun=begun)
        return self._all

    @contextmanager
    def meanwhile(self, model: str) -> Iterator[None]:
        """Let git print the tags of a model while something else is done; then they are read."""
        if self._all is not None or model in self._of or not is_model(model):
            yield
            return
        with printing_tags(self._repo.git, *of_model(model)) as printed:
            yield
            self._of[model] = self._read(model, printed)

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """All releases of all models, by model and version."""
        return tuple(tag.release for tag in self.all.releases)

    def releases_of(self, model: str) -> tuple[Release, ...]:
        """All releases of one model, by version."""
        if model not in self._releases_of:
            self._releases_of[model] = tuple(tag.release for tag in self.of(model).releases)
        return self._releases_of[model]

    def of(self, model: str) -> Tags:
        """The tags of one model."""
        if model not in self._of:
            self._of[model] = self._read(model) if is_model(model) else NONE
        return self._of[model]

    @property
    def problems_met(self) -> tuple[str, ...]:
        """What is wrong with those tags that were read."""
        if self._all is not None:
            return self._all.problems
        return tuple(problem for found in self._of.values() for problem in found.problems)

    def _read(self, model: str, begun: Begun = None) -> Tags:
        if self._all is None:
            return tag_reading.read(self._repo.git, model, self._repo.walked, begun)
        releases = tuple(tag for tag in self._all.releases if tag.model == model)
        promotions = tuple(one for one in self._all.promotions if one.model == model)
        ended = {name: end for name, end in self._all.deregistered.items() if end.model == model}
        return Tags(releases, promotions, (), ended)
