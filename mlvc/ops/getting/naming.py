"""Which release is meant: `fraud@1.2.0`, `fraud@production`, `fraud` for its latest, `1.2.0`."""

from mlvc.domain.names import parse_query
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import known_models, released, resolve
from mlvc.ops.project import Project


def released_as(project: Project, text: str) -> Release:
    """The release that `text` names; raises `MlvcError` for none, and for a mere revision."""
    told = _told(project, text)
    try:
        target = released(project, resolve(project, told))
    except MlvcError as error:
        raise _as_typed(error, told, text) from error
    if target.release is None:
        raise MlvcError(
            f"{text!r} is no release of {target.model}",
            "Only what was released is handed out: say a version, an environment or `latest`.",
            Exit.MISSING,
        )
    return target.release


def _as_typed(error: MlvcError, told: str, text: str) -> MlvcError:
    """The error about what the user typed, where that was put into other words."""
    if told == text or repr(told) not in error.message:
        return error
    return MlvcError(
        f"{text!r} names no release: no such environment or version is there",
        "Say a version, `latest`, or an environment that a release is in.",
        error.code,
    )


def _told(project: Project, text: str) -> str:
    """The same as `resolve` takes it."""
    query = parse_query(text)
    if query.model and query.version is None and not query.latest and "@" not in text:
        return f"{text}@latest" if query.model in known_models(project) else text
    model, at, place = text.rpartition("@")
    is_place = at and query.version is None and not query.latest
    return f"{model}#{place}" if is_place else text
