"""Thousands of releases of models that nobody has, all of them evaluated already."""

import hashlib
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.processes import output

# As `mlvc tag` writes them, or `mlvc list` would have to look at each commit.
_TAG = """\
model v2.{number}.0

Model-Path: model.bin
Model-Object: md5:{digest}
Metric: score=1000000
Verdict: PASS
"""
_EVALUATIONS = "refs/mlvc/evaluations"


def add_known(repository: Path, env: Mapping[str, str], count: int) -> None:
    """Add them to a repository in which one release is evaluated; the others are like that one.

    Raises `FailedError` where nothing is evaluated yet.
    """

    def git(*words: str) -> str:
        return output(["git", *words], repository, env)

    path = git("ls-tree", "-r", "--name-only", _EVALUATIONS).splitlines()[0]
    _, known_as, name = path.split("/")
    record = git("cat-file", "blob", f"{_EVALUATIONS}:{path}")
    lock = (repository / "dvc.lock").read_text(encoding="utf-8")
    (old,) = re.findall(r"path: model.bin\n\s+hash: md5\n\s+md5: (\w{32})", lock)[:1]
    branch, stream = git("symbolic-ref", "HEAD"), []
    for number, digest in enumerate(_digests(count)):
        evaluation = record.replace(known_as, digest)
        where = f"{digest[:2]}/{digest}/{name}"
        stream += [
            _commit(branch, number, 0, f"dvc.lock\n{data(lock.replace(old, digest))}"),
            f"tag model@v2.{number}.0\nfrom :{number + 1}\ntagger {_who(number)}\n"
            + data(_TAG.format(number=number, digest=digest)),
            _commit(_EVALUATIONS, number, count, f"{where}\n{data(evaluation)}"),
        ]
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=repository, env=dict(env), input="".join(stream).encode(), check=True,
    )  # fmt: skip
    git("reset", "--quiet", "--hard")
    git("gc", "--quiet")


def _digests(count: int) -> Iterator[str]:
    # Real ones: of mere digits YAML would make a number.
    for number in range(count):
        yield hashlib.md5(b"%d" % number, usedforsecurity=False).hexdigest()


def _commit(branch: str, number: int, before: int, content: str) -> str:
    """A commit for `git fast-import`; the marks of another branch are `before` those of this."""
    mark = before + number + 1
    start = f":{mark - 1}" if number else f"{branch}^0"
    who = _who(number)
    return (
        f"commit {branch}\nmark :{mark}\nauthor {who}\ncommitter {who}\n{data('More')}"
        f"from {start}\nM 100644 inline {content}"
    )


def _who(number: int) -> str:
    return f"Ada <ada@example.com> {1700000000 + number} +0000"


def data(text: str) -> str:
    """A text as `git fast-import` takes it."""
    return f"data {len(text.encode())}\n{text}\n"
