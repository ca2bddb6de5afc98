"""Why a model is not there: unknown, declared but not committed, or never made."""

from collections.abc import Collection
from difflib import get_close_matches

from mlvc.artifacts.documents import plain
from mlvc.artifacts.outline import outline
from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project
from mlvc.ops.uncommitted import uncommitted


def unknown_model(project: Project, name: str, known: Collection[str]) -> MlvcError:
    """The error for a model of which no commit or release is known."""
    if file := uncommitted_models(project).get(name):
        return _uncommitted(name, file, Exit.MISSING)
    close = get_close_matches(name, known, 1)
    hint = (
        f"Did you mean {close[0]!r}?" if close else f"Models: {', '.join(sorted(known)) or 'none'}."
    )
    return MlvcError(f"there is no model {name!r}", hint, Exit.MISSING)


def no_model(project: Project) -> MlvcError:
    """The error for a project of which no commit or release has a model."""
    for name, file in uncommitted_models(project).items():
        return _uncommitted(name, file, Exit.REFUSED)
    return MlvcError(
        "no model is declared here",
        "Add one below `artifacts:` in dvc.yaml (`mlvc init --model NAME --path FILE`), and"
        " commit it.",
    )


def never_made(project: Project, commit: str, model: str, label: str) -> MlvcError:
    """The error for a model that is not at a commit."""
    if artifact := project.outline(commit).pipeline.artifact(model):
        return MlvcError(
            f"at {label} there is no model {model}: it has never run, and neither dvc.lock nor Git"
            f" has {artifact.path}",
            "`dvc repro`, then commit dvc.lock (or `dvc add`, where no stage makes it).",
            Exit.MISSING,
        )
    return MlvcError(
        f"at {label} there is no model {model}",
        "`mlvc list` shows releases; `mlvc which FILE` asks about a file.",
        Exit.MISSING,
    )


def uncommitted_models(project: Project) -> dict[str, str]:
    """The models that only uncommitted files declare, and the file of each."""
    here = project.models(project.repo.head)
    paths = [path for path in uncommitted(project) if path.split("/")[-1] == "dvc.yaml"]
    live = {path: project.root / path for path in paths}
    texts = {path: plain(file.read_bytes()) for path, file in live.items() if file.is_file()}
    return {a.model: a.file for a in outline(texts).artifacts if a.model not in here}


def _uncommitted(name: str, file: str, code: Exit) -> MlvcError:
    return MlvcError(
        f"model {name!r} is declared in the workspace, but not committed",
        f"`git add {file} && git commit`, then run again.",
        code,
    )
