"""`mlvc init`: make a Git repository ready. Idempotent, and it overwrites nothing."""

import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from mlvc.artifacts import documents
from mlvc.domain.names import check_model
from mlvc.domain.snapshot import SETTINGS
from mlvc.errors import MlvcError
from mlvc.registry.repository import Repository

_SETTINGS = """
mlvc:
  # Rules that a release must meet; `mlvc tag` refuses a FAIL.
  # gates:
  #   - metric: accuracy
  #     min: 0.9             # at least this
  #   - metric: f1
  #     max_drop: 0.02       # at most this much worse than the current release
  # What raises which part of the version.
  # bump: {signature: major, code: minor, params: minor, data: patch}
  gates: []
"""


@dataclass(frozen=True)
class Started:
    """What was written, and what was there and is kept."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    model: str | None


class _Writer:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: list[str] = []
        self.kept: list[str] = []

    def new(self, path: str, data: bytes) -> None:
        target = self.root / path
        if target.exists() or target.is_symlink():
            self.kept.append(path)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.written.append(path)

    def append(self, path: str, data: bytes) -> None:
        target = self.root / path
        before = target.read_bytes() if target.exists() else b""
        gap = b"" if not before or before.endswith(b"\n") else b"\n"
        target.write_bytes(before + gap + data)
        self.written.append(path)


def start(root: Path, template: str | None, model: str | None, path: str | None) -> Started:
    """Initialise DVC where needed, declare a model, add mlvc's settings.

    `template` writes a complete pipeline; `model` and `path` declare one of your own. Raises
    `MlvcError`.
    """
    Repository(root)
    writer = _Writer(root)
    _dvc(root, writer)
    if template is not None:
        _template(template, writer)
    if model is not None or path is not None:
        _declare(writer, model, path)
    _settings(writer)
    return Started(tuple(writer.written), tuple(writer.kept), _declared(root))


def _dvc(root: Path, writer: _Writer) -> None:
    top = Repository(root).top
    if any((folder / ".dvc").is_dir() for folder in _up(root, top)):
        writer.kept.append(".dvc")
        return
    command = [sys.executable, "-I", "-m", "dvc", "init", "--quiet"]
    if root != top:
        command.append("--subdir")
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MlvcError(f"dvc init failed: {done.stderr.strip()}", "Run `dvc init` to see more.")
    writer.written.append(".dvc")


def _up(root: Path, top: Path) -> list[Path]:
    return [root, *(folder for folder in root.parents if folder == top or top in folder.parents)]


def _template(name: str, writer: _Writer) -> None:
    if name != "flights":
        raise MlvcError(f"there is no template {name!r}", "There is one: `--template flights`.")
    home = resources.files("mlvc") / "pipeline"
    for item in sorted(home.iterdir(), key=lambda entry: entry.name):
        if item.name.endswith(".py") and item.name != "__init__.py":
            writer.new(f"pipeline/{item.name}", item.read_bytes())
    for item in sorted((home / "template").iterdir(), key=lambda entry: entry.name):
        name = ".gitignore" if item.name == "gitignore" else item.name
        if item.is_file() and not name.endswith((".py", ".pyc")):
            writer.new(name, item.read_bytes())


def _declare(writer: _Writer, model: str | None, path: str | None) -> None:
    if model is None or path is None:
        raise MlvcError(
            "a model needs a name and a path", "Say both: `mlvc init --model NAME --path FILE`."
        )
    check_model(model)
    target = writer.root / "dvc.yaml"
    document = documents.plain(target.read_bytes()) if target.exists() else {}
    declared = (document or {}).get("artifacts") or {}
    if model in declared:
        writer.kept.append(f"dvc.yaml (artifacts: {model})")
    elif declared:
        edited = documents.read(target.read_bytes(), "dvc.yaml")
        edited["artifacts"][model] = {"path": path, "type": "model"}
        target.write_bytes(documents.write(edited, target.read_bytes()))
        writer.written.append("dvc.yaml")
    else:
        entry = f"artifacts:\n  {model}:\n    path: {path}\n    type: model\n"
        writer.append("dvc.yaml", entry.encode())


def _settings(writer: _Writer) -> None:
    target = writer.root / "params.yaml"
    document = documents.plain(target.read_bytes()) if target.exists() else None
    if isinstance(document, dict) and SETTINGS in document:
        writer.kept.append("params.yaml (mlvc:)")
        return
    writer.append("params.yaml", _SETTINGS.lstrip("\n").encode())


def _declared(root: Path) -> str | None:
    path = root / "dvc.yaml"
    document = documents.plain(path.read_bytes()) if path.exists() else None
    names = list((document or {}).get("artifacts") or {}) if isinstance(document, dict) else []
    return names[0] if names else None
