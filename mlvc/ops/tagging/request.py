"""What the user asked for: which model, and perhaps which version."""

from dataclasses import dataclass

from mlvc.domain.names import parse_query
from mlvc.domain.version import Part, Version, parse_version
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import the_model
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Wanted:
    """What the user asked for. `name` is a model, a version, or `MODEL@VERSION`.

    `allow_failing` is why a release is wanted whose gate says FAIL.
    """

    name: str | None = None
    part: Part | None = None
    pre: str | None = None
    message: str = ""
    sign: bool = False
    allow_same: bool = False
    allow_failing: str | None = None


def wanted_name(project: Project, wanted: Wanted) -> tuple[str, Version | None]:
    """The model that is meant, and the version where one was named; raises `MlvcError`."""
    if wanted.name is None:
        return the_model(project), None
    query = parse_query(wanted.name)
    if query.version is not None:
        _refuse_both(wanted)
        return the_model(project, query.model), query.version
    if not query.latest and query.model and project.knows(query.model):
        return the_model(project, query.model), None
    # No model: then it can only have been meant as a version, and says what is wrong with it.
    _, _, text = wanted.name.rpartition("@")
    if text[:1].isdigit() or text[:1] == "v" or "@" in wanted.name or query.model is None:
        parse_version(text)
    return the_model(project, query.model), None


def given(reason: str | None) -> str | None:
    """The reason of `--allow-failing`, where it was said; raises `MlvcError` (USAGE) for none."""
    if reason is not None and not reason.strip():
        raise MlvcError("--allow-failing needs a reason", "It is written into the tag.", Exit.USAGE)
    return reason and reason.strip()


def _refuse_both(wanted: Wanted) -> None:
    if wanted.part is not None or wanted.pre is not None:
        raise MlvcError(
            f"{wanted.name} is a version, and --bump and --pre make one",
            "Leave one of them out.",
            Exit.USAGE,
        )
