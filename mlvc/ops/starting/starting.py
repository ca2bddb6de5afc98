"""What makes a repository ready: DVC, an entry below `artifacts:`, mlvc's own settings."""

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from mlvc.domain.names import check_model
from mlvc.domain.snapshot import SETTINGS
from mlvc.errors import Exit, MlvcError
from mlvc.ops.starting.additions import Additions
from mlvc.registry.repository import Repository

_SETTINGS = """\
mlvc:
  # Rules that a release must meet; `mlvc tag` refuses a FAIL.
  # gates:
  #   - metric: accuracy
  #     min: 0.9             # at least this
  #   - metric: f1
  #     max_drop: 0.02       # at most this much worse than the last good release
  #     test: paired_bootstrap    # and by more than chance; `mlvc gate --help` tells how
  #     baseline: production      # or v1.2.0: compared with that instead
  # What an environment asks for itself: `mlvc gate --env production`.
  # environments:
  #   production:
  #     gates:
  #       - {metric: f1, max_drop: 0.01, baseline: production}
  # Where the evaluate stage writes what it predicted, for tests.
  # evaluation:
  #   predictions: {path: predictions.csv, truth: label, predicted: predicted}
  # What raises which part of the version.
  # bump: {signature: major, code: minor, params: minor, data: patch}
  gates: []
"""


@dataclass(frozen=True)
class Started:
    """What was written, and what was there and is kept.

    `added_to` are those of the written that were there, and have all that they had.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    model: str | None
    added_to: tuple[str, ...] = ()


def start(root: Path, template: str | None, model: str | None, path: str | None) -> Started:
    """Initialise DVC where needed, declare a model, add mlvc's settings.

    `template` writes a complete pipeline; `model` and `path` declare one of your own. Raises
    `MlvcError`, with nothing written.
    """
    top = Repository(root).top
    home = _home(root, top)
    additions = Additions(root)
    if template is not None:
        _template(template, additions, home or root)
    if model is not None or path is not None:
        _declare(additions, model, path)
    _settings(additions, os.path.relpath((home or root) / "params.yaml", root))
    names = [model] if model else list(_declared(additions))
    if home is None:
        _dvc_init(root, top)
    added_to = additions.added_to
    additions.write()
    written = (*(() if home else (".dvc",)), *additions.written)
    kept = (*((".dvc",) if home else ()), *(k for k in additions.kept if k not in written))
    return Started(written, kept, names[0] if names else None, added_to)


def _home(root: Path, top: Path) -> Path | None:
    """The DVC project that `root` lies in, if it lies in one."""
    folders = [root, *(f for f in root.parents if f == top or top in f.parents)]
    return next((f for f in folders if (f / ".dvc").is_dir()), None)


def _dvc_init(root: Path, top: Path) -> None:
    command = [sys.executable, "-I", "-m", "dvc", "init"]
    if root != top:
        command.append("--subdir")
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = said[0].removeprefix("ERROR: ") if said else f"exit code {done.returncode}"
        raise MlvcError(f"dvc init failed: {why}", "Mend that, and run `mlvc init` again.")


def _template(name: str, additions: Additions, home: Path) -> None:
    if name != "flights":
        raise MlvcError(
            f"there is no template {name!r}", "There is one: `--template flights`.", Exit.USAGE
        )
    _refuse_mixture(additions.root, home)
    source = resources.files("mlvc") / "pipeline"
    for item in sorted(source.iterdir(), key=lambda entry: entry.name):
        if item.name.endswith(".py") and item.name != "__init__.py":
            additions.new(f"pipeline/{item.name}", item.read_bytes())
    for item in sorted((source / "template").iterdir(), key=lambda entry: entry.name):
        if item.name == "gitignore":
            additions.lines(".gitignore", item.read_bytes())
        elif item.name.endswith(".yaml"):
            additions.new(item.name, item.read_bytes())


def _refuse_mixture(root: Path, home: Path) -> None:
    """Refuse to lay the template beside a pipeline that is not its own."""
    own = (root / "pipeline" / "prepare.py").exists()
    there = [name for name in ("dvc.yaml", "params.yaml") if (root / name).exists()]
    if there and not own:
        raise MlvcError(
            f"{' and '.join(there)} stand here already, and the template is a whole pipeline",
            "Use a new folder, or declare your own model: `mlvc init --model NAME --path FILE`.",
        )
    if home != root:
        raise MlvcError(
            f"{root} lies in the DVC project {home}, and the template is a project of its own",
            "Use a Git repository of its own.",
        )


def _declare(additions: Additions, model: str | None, path: str | None) -> None:
    if model is None or path is None:
        raise MlvcError(
            "a model needs a name and a path",
            "Say both: `mlvc init --model NAME --path FILE`.",
            Exit.USAGE,
        )
    if "=" in check_model(model):
        raise MlvcError(
            f"{model!r} names a model of a subfolder",
            "Run `mlvc init` in that folder, with the bare name.",
            Exit.USAGE,
        )
    _check_path(path)
    there = _declared(additions).get(model)
    if there is None:
        additions.entry("dvc.yaml", "artifacts", model, {"path": path, "type": "model"})
    elif isinstance(there, dict) and there.get("path") == path:
        additions.kept.append(f"dvc.yaml (artifacts: {model})")
    else:
        raise MlvcError(
            f"dvc.yaml declares {model} already, with another path", "Change it there, by hand."
        )


def _declared(additions: Additions) -> dict[str, Any]:
    declared = additions.document("dvc.yaml").get("artifacts") or {}
    if not isinstance(declared, dict):
        raise MlvcError("dvc.yaml: `artifacts:` is not a mapping of names", "Mend dvc.yaml.")
    return declared


def _check_path(path: str) -> None:
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or not path.isprintable():
        raise MlvcError(
            f"{path!r} is no path of a model",
            "Say where it lies in this folder, such as models/model.pkl.",
            Exit.USAGE,
        )


def _settings(additions: Additions, path: str) -> None:
    if SETTINGS not in additions.document(path):
        additions.section(path, SETTINGS, _SETTINGS)
    elif path not in (*additions.written, *additions.kept):
        additions.kept.append(f"{path} ({SETTINGS}:)")
