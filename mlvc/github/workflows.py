"""`mlvc github init`: the workflows, filled with what is known of the repository."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from importlib import resources
from pathlib import Path

from mlvc.domain.promotion import USUAL, is_environment
from mlvc.errors import Exit, MlvcError
from mlvc.github.credentials import Credentials, credentials
from mlvc.ops.project import Project
from mlvc.workspace.durable import write_whole

FOLDER = ".github/workflows"
_PLACE = re.compile(r"^( *)@([A-Z_]+)@\n", re.MULTILINE)
_WORD = re.compile(r"@([A-Z_]+)@")
_PYTHON = "3.11"
_LOGIN = (
    "git config credential.helper"
    """ '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'"""
)
# What installs a project, by the file that says so, the surest first.
_INSTALLS = {
    "requirements.lock": "python -m pip install --require-hashes -r requirements.lock",
    "requirements.txt": "python -m pip install -r requirements.txt",
    "pyproject.toml": "python -m pip install .",
}


@dataclass(frozen=True)
class Known:
    """What the workflows are filled with.

    `install` is the command that installs what the stages and mlvc need, `environments` those of
    the project, the first of which is watched. `folder` is where in the repository the DVC project
    lies, empty for its top.
    """

    install: str
    python: str
    environments: tuple[str, ...]
    credentials: Credentials
    folder: str = ""


@dataclass(frozen=True)
class Workflow:
    """A workflow as it should be, and the one that is there, if any."""

    path: str
    text: str
    there: str | None

    @property
    def state(self) -> str:
        """`new`, `unchanged`, or `differs`."""
        if self.there is None:
            return "new"
        return "unchanged" if self.there == self.text else "differs"

    @property
    def difference(self) -> str:
        """From what is there to what would be written."""
        lines = (self.there or "").splitlines(), self.text.splitlines()
        return "\n".join(unified_diff(*lines, self.path, f"{self.path} (new)", lineterm=""))


@dataclass(frozen=True)
class Written:
    """What `init` did. `secrets` are those that the workflows read, for the settings of GitHub."""

    workflows: tuple[Workflow, ...]
    written: tuple[str, ...]
    secrets: tuple[str, ...]
    notes: tuple[str, ...]


def write(project: Project, install: str | None, *, force: bool, dry_run: bool) -> Written:
    """Write the workflows that are missing, with `force` those that differ as well."""
    known, notes = _known(project, install)
    top = project.repo.top
    found = tuple(
        Workflow(f"{FOLDER}/{name}", text, _there(top / FOLDER / name))
        for name, text in rendered(known).items()
    )
    wanted = [one for one in found if one.state == "new" or (force and one.state == "differs")]
    if not dry_run and wanted:
        (top / FOLDER).mkdir(parents=True, exist_ok=True)
        for one in wanted:
            write_whole(top / one.path, one.text.encode())
    written = tuple(one.path for one in wanted)
    return Written(found, written, known.credentials.secrets, notes)


def _there(path: Path) -> str | None:
    if path.is_symlink() or path.parent.is_symlink() or path.parent.parent.is_symlink():
        raise MlvcError(f"{path} leads elsewhere, by a symlink", "Replace it by a file or folder.")
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None


def _known(project: Project, install: str | None) -> tuple[Known, tuple[str, ...]]:
    kind = credentials(project)
    command, notes = (install, ()) if install else _install(project.root, kind.extra)
    if "\n" in command or not command.isprintable():
        raise MlvcError("--install is one line", "Join its commands by &&.", Exit.USAGE)
    settings = project.settings()
    every = (settings.others, *settings.models.values())
    names = [*USUAL, *(place for own in every for place in own.environments)]
    names += [p.environment for p in project.promotions]
    places = tuple(dict.fromkeys(name for name in names if is_environment(name)))
    inside = project.root.relative_to(project.repo.top).as_posix()
    folder = "" if inside == "." else inside
    return Known(command, _PYTHON, places, kind, folder), (*notes, *kind.notes)


def _install(root: Path, extra: str) -> tuple[str, tuple[str, ...]]:
    """The command, and what to see to."""
    for name, command in _INSTALLS.items():
        path = root / name
        if path.is_file():
            if "mlvc" in path.read_text(encoding="utf-8", errors="replace"):
                return command, ()
            note = f"{name} does not name mlvc: add it there, or say how with --install"
            return command, (note,)
    what = f"mlvc[{extra}]" if extra else "mlvc"
    note = f"none of {', '.join(_INSTALLS)} says what to install: say it with --install"
    return f"python -m pip install '{what}'", (note,)


def rendered(known: Known) -> Mapping[str, str]:
    """The workflows by file name."""
    folder = resources.files("mlvc.github") / "templates"
    setup = (folder / "setup.yml").read_text(encoding="utf-8")
    names = sorted(item.name for item in folder.iterdir() if item.name.startswith("mlvc-"))
    return {n: _filled((folder / n).read_text(encoding="utf-8"), setup, known) for n in names}


def _filled(text: str, setup: str, known: Known) -> str:
    env = [f"{name}: {value}" for name, value in known.credentials.variables.items()]
    head = "ref: ${{ github.event.pull_request.head.sha }} # not what a merge would make of it"
    branch = "ref: ${{ github.event.repository.default_branch }}"
    blocks = {
        "SETUP": _block(setup, []),
        "SETUP_HEAD": _block(setup, [head]),
        "SETUP_BRANCH": _block(setup, [branch]),
        "CREDENTIALS": known.credentials.step,
        "ENV": env,
        "ENV_KEY": ["env:"] if env else [],
        "LOGIN": [_LOGIN],
        "FOLDER": [f"working-directory: {_quoted(known.folder)}"] if known.folder else [],
    }
    words = {
        "PYTHON": _quoted(known.python),
        "INSTALL": _quoted(known.install),
        "ENVIRONMENTS": f"[{', '.join(known.environments)}]",
        "ENVIRONMENT": known.environments[0],
    }
    whole = _PLACE.sub(lambda at: "".join(_indented(blocks[at[2]], at[1])), text)
    return _WORD.sub(lambda at: words[at[1]], whole)


def _quoted(text: str) -> str:
    """A scalar of YAML's, of which JSON is a part."""
    return json.dumps(text, ensure_ascii=False)


def _block(setup: str, ref: list[str]) -> list[str]:
    """The steps that every job begins with, without the indent that they have in their file."""
    filled = _PLACE.sub(lambda at: "".join(_indented(ref, at[1])), setup)
    return [line[6:] for line in filled.splitlines()]


def _indented(lines: list[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}\n" for line in lines)
