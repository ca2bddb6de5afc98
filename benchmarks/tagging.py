"""How long one release more takes as there are more of them: `make bench-tag`.

In the repositories of `benchmarks.listing`, with a model that was trained again: `mlvc tag` beside
`gto register`, which needs over a minute among 10,000 (only up to `--gto` releases), and with
`--mlflow PYTHON` beside `create_model_version` on SQLite. Each tag is taken away again.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.listing import build, compare, mlflow, times
from benchmarks.processes import output

OURS, GTO, MLFLOW = "mlvc tag", "gto register", "create_model_version"
_MODEL, _DATA = "model-0", b"trained again\n"


def train(path: Path, env: dict[str, str]) -> None:
    """A commit with a new model, whose content is in DVC's cache and in the workspace."""
    md5 = hashlib.md5(_DATA, usedforsecurity=False).hexdigest()
    cached = path / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]
    cached.parent.mkdir(parents=True)
    for file in (cached, path / f"{_MODEL}.bin"):
        file.write_bytes(_DATA)
    cached.chmod(0o444)
    out = f"{{md5: {md5}, size: {len(_DATA)}, hash: md5, path: {_MODEL}.bin}}"
    for name, text in {
        f"{_MODEL}.bin.dvc": f"outs:\n- {out}\n",
        ".gitignore": "/*.bin\n",
        ".dvc/.gitignore": "/cache\n/tmp\n",
    }.items():
        (path / name).write_text(text, encoding="utf-8")
    output(["git", "add", "--all"], path, env)
    output(["git", "commit", "--quiet", "--message", "Train again"], path, env)


def _bench(
    folder: Path, size: int, options: argparse.Namespace, env: dict[str, str]
) -> dict[str, float]:
    path = build(folder, size)
    train(path, env)
    commands: dict[str, tuple[str, ...]] = {OURS: ("mlvc", "tag", _MODEL)}
    if size <= options.gto:
        commands[GTO] = ("gto", "register", _MODEL)
    if options.mlflow and size <= options.mlflow_to:
        commands[MLFLOW] = (*mlflow(options.mlflow, folder, size, env), "register", _MODEL)

    def untag() -> None:
        # All others are packed: what is loose was made just now.
        for tag in (path / ".git" / "refs" / "tags").iterdir():
            tag.unlink()

    return times(path, commands, options.rounds, env, untag)


def main(words: Sequence[str] | None = None) -> int:
    """Build, measure, print."""
    return compare(words, "tagging", __doc__, _bench, OURS)


if __name__ == "__main__":
    sys.exit(main())
