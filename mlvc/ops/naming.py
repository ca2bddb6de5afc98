"""From what a user typed to a model, a release or a commit."""

from collections.abc import Sequence
from typing import NamedTuple

from mlvc.domain.names import Query, parse_query
from mlvc.domain.promotion import in_use
from mlvc.domain.release import Release
from mlvc.domain.wording import its_releases
from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project
from mlvc.registry.trees import named

_REMAKE = "Delete the tag and release with `mlvc tag`."


class Target(NamedTuple):
    """What a name stands for: a commit, the model that is meant, its release if there is one."""

    commit: str
    model: str
    release: Release | None = None

    @property
    def name(self) -> str:
        """The release's name, else the commit's id."""
        return self.release.name if self.release else self.commit

    @property
    def label(self) -> str:
        """The same, short, for people."""
        return self.release.name if self.release else self.commit[:10]

    @property
    def short(self) -> str:
        """The version alone, for where the model is plain to see."""
        return f"v{self.release.version}" if self.release else self.label


def known_models(project: Project) -> set[str]:
    """The models of HEAD, and those that have releases."""
    return {*project.models(project.repo.head), *(t.model for t in project.release_tags())}


def the_model(project: Project, name: str | None = None) -> str:
    """The model that is meant where `name` may be left out; raises `MlvcError`."""
    if name is not None:
        name = _as_tagged(name)
        if not project.knows(name):
            raise _unknown_model(project, name)
        return name
    here = project.models(project.repo.head) or tuple(sorted(known_models(project)))
    if not here:
        from mlvc.ops.declared import no_model

        # A dvc.yaml that cannot be read declares nothing: DVC says what is wrong with it.
        project.snapshot(project.repo.head)
        raise no_model(project)
    if len(here) > 1:
        raise MlvcError(
            f"there are {len(here)} models: {', '.join(here)}",
            f"Say which: `--model {here[0]}`, or a release as `{here[0]}@VERSION`.",
            Exit.USAGE,
        )
    return here[0]


def resolve(project: Project, text: str, model: str | None = None) -> Target:
    """What `text` names: a version, a release, an environment, a model's current state, a revision.

    Two meanings are an error, as is none; raises `MlvcError`.
    """
    query = parse_query(text)
    if model is not None and "@" in text and query.model not in (None, _as_tagged(model)):
        raise MlvcError(
            f"{text!r} is not of model {model!r}", "Leave one of the two out.", Exit.USAGE
        )
    if query.latest or (query.version is not None and query.model is not None):
        return _release(project, query, query.model or the_model(project, model))
    if query.version is not None:
        return _version(project, query, text, the_model(project, model))
    is_model = query.model is not None and project.knows(query.model)
    commit = _revision(project, query.revision)
    if place := _place(project, text, model):
        if "#" not in text and (is_model or commit):
            raise MlvcError(
                f"{text!r} is an environment and a {'Git revision' if commit else 'model'}",
                f"Say `{'#'.join(place)}`, or `{f'refs/heads/{text}' if commit else 'HEAD'}`.",
                Exit.USAGE,
            )
        return _occupant(project, *place)
    if is_model and commit:
        raise MlvcError(
            f"{text!r} is a model and a Git revision",
            f"Say `{text}@latest`, or `refs/heads/{text}`.",
            Exit.USAGE,
        )
    if is_model and query.model:
        return Target(project.repo.head, query.model, None)
    if query.revision in (".", "HEAD"):
        commit = project.repo.head
    # Not looked up among the known ones: a commit may hold a model that HEAD has no more.
    named = _as_tagged(model) if model else the_model(project)
    return Target(commit or project.repo.resolve(query.revision or text), named)


def _place(project: Project, text: str, model: str | None) -> tuple[str, str] | None:
    """The model and the environment that `production` or `MODEL#production` names."""
    named, mark, environment = text.rpartition("#")
    known = any(p.environment == environment for p in project.promotions)
    if not known or text == "HEAD" or (mark and not project.knows(_as_tagged(named))):
        return None
    return the_model(project, named or model), environment


def _occupant(project: Project, model: str, environment: str) -> Target:
    commit = in_use(project.promotions_of(model), model).get(environment)
    if commit is None:
        raise MlvcError(
            f"nothing of {model} is in {environment}",
            f"Its tags are `git tag --list '{model}#{environment}*'`.",
            Exit.MISSING,
        )
    return released(project, Target(commit, model))


def _as_tagged(model: str) -> str:
    """A model as tags name it; DVC writes `sub:model` for the one of a subfolder."""
    return model.replace(":", "=", 1)


def released(project: Project, target: Target) -> Target:
    """The same target with the release that its commit carries, if it carries one."""
    if target.release:
        return target
    found = [tag for tag in project.release_tags(target.model) if tag.commit == target.commit]
    return Target(target.commit, target.model, found[-1].release if found else None)


def _revision(project: Project, revision: str | None) -> str | None:
    if revision is None or revision in (".", "HEAD"):
        return None
    return named(project.repo.git, f"{revision}^{{commit}}")


def _version(project: Project, query: Query, text: str, model: str) -> Target:
    """A bare version: a release of `model`, or else a tag or branch that is called so."""
    other = _revision(project, text)
    try:
        found = _release(project, query, model)
    except MlvcError:
        if other is None:
            raise
        return Target(other, model)
    if other not in (None, found.commit):
        raise MlvcError(
            f"{text!r} is a release of {model} and a Git revision",
            f"Say `{found.name}`, or `refs/tags/{text}`.",
            Exit.USAGE,
        )
    return found


def _release(project: Project, query: Query, model: str) -> Target:
    of_model = project.releases_of(model)
    active = [r for r in of_model if r.name not in project.deregistered_of(model)]
    wanted = active[-1:] if query.latest else [r for r in of_model if r.version == query.version]
    if wanted:
        return Target(wanted[0].commit, model, wanted[0])
    for problem in project.problems_met:
        if f"tag {model}@v{query.version} " in problem:
            hint = "Fetch it, or delete the tag." if "missing" in problem else _REMAKE
            raise MlvcError(problem, hint, Exit.MISSING)
    if not of_model and not project.knows(model):
        raise _unknown_model(project, model)
    raise _no_release(project, query, model, of_model)


def _no_release(
    project: Project, query: Query, model: str, of_model: Sequence[Release]
) -> MlvcError:
    what = "has no release" if query.latest else f"has no release v{query.version}"
    if project.repo.is_shallow:
        hint = "This clone is shallow: `git fetch --unshallow --tags`."
    elif of_model:
        hint = its_releases([f"v{release.version}" for release in of_model])
    else:
        hint = "Release it with `mlvc tag`, or fetch tags: `git fetch --tags`."
    return MlvcError(f"{model} {what}", hint, Exit.MISSING)


def _unknown_model(project: Project, name: str) -> MlvcError:
    from mlvc.ops.declared import unknown_model  # few runs need it

    return unknown_model(project, name, known_models(project))
