"""Pushes through a proxy that cuts after every so many bytes: `python -m tests.cutting --every 64`.

Both remotes are behind it. After each cut no tag may be on the Git remote whose objects are not
whole on DVC's, by what is in their folders; and a second push must complete. Exit 1 if any fails.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.delivered import without_data
from tests.pipeline_project import build
from tests.project import Project
from tests.releases import build_two_releases
from tests.remotes import Proxy
from tests.surroundings import foreign, surroundings
from tests.web_hub import web_hub

_CACHED = ("data/clean.csv", "model.bin", "predictions.csv")  # the other outputs are Git's
_PROMOTIONS = 4  # so that tags go in two batches


@dataclass(frozen=True)
class Cut:
    """What came of a push that was cut off after so many bytes, and of the one after it.

    `broken` says what is wrong, and is empty where nothing is.
    """

    after: int
    code: int
    tags: int
    broken: str


@dataclass(frozen=True)
class Bench:
    """Where pushes are cut: `proxy` is before the folders `hub.git` and `store` of `path`."""

    path: Path
    built: Project
    proxy: Proxy

    def size(self) -> int:
        """How many bytes a whole push takes, in both directions."""
        self._fresh()
        self.proxy.mended()
        done = self._project().mlvc("push")
        assert done.code == 0, done.err
        lacking = list(self.without_data())
        assert not lacking, lacking
        return self.proxy.passed

    def cut(self, after: int) -> Cut:
        """Push once until it is cut off, and once again."""
        project = self._fresh()
        self.proxy.mended()
        self.proxy.limit = after
        first = project.mlvc("push")
        tags, broken = len(self._tags()), list(self.without_data())
        broken += [f"said {first.err!r}"] if "Traceback" in first.err or first.code > 13 else []
        self.proxy.mended()
        second = project.mlvc("push")
        broken += [f"the second said {second.err!r}"] if second.code else []
        broken += [f"{tag} after the second" for tag in self.without_data()]
        missing = set(self.built.git("tag").split()) - set(self._tags())
        broken += [f"{tag} is not there" for tag in sorted(missing)]
        return Cut(after, first.code, tags, "; ".join(broken))

    def without_data(self) -> Iterator[str]:
        """The tags of the Git remote some object of which is not whole on DVC's."""
        return without_data(self._hub(), self.path / "web/store", _CACHED)

    def _tags(self) -> list[str]:
        return self._hub().git("tag").split()

    def _hub(self) -> Project:
        return Project(self.path / "web/hub.git")

    def _project(self) -> Project:
        return Project(self.path / "project")

    def _fresh(self) -> Project:
        """The project as it was built, and both remotes empty."""
        for folder in (self.path / "project", self.path / "web"):
            shutil.rmtree(folder, ignore_errors=True)
        (self.path / "web/store").mkdir(parents=True)
        self.built.git("init", "--quiet", "--bare", str(self._hub().path))
        project = self.built.copy(self.path / "project")
        at = f"http://127.0.0.1:{self.proxy.port}"
        project.git("remote", "add", "origin", f"{at}/hub.git")
        config = f"[core]\n    remote = web\n['remote \"web\"']\n    url = {at}/store\n"
        project.write(".dvc/config.local", config)
        return project


@contextmanager
def bench(path: Path, built: Project) -> Iterator[Bench]:
    """A place to cut pushes of two releases, of which one is promoted now and then."""
    promoted = built.copy(path / "built")
    for number in range(1, _PROMOTIONS + 1):
        tag = (f"model#production#{number}", "model@v0.1.0^{commit}")
        promoted.git("tag", "--annotate", "--message", "promoted", *tag)
    with web_hub(path / "web") as port, Proxy(port) as proxy:
        yield Bench(path, promoted, proxy)


def main(words: list[str]) -> int:
    """Cut after each `--every` bytes, printing what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.cutting", description=__doc__)
    parser.add_argument("--every", type=int, default=1024, help="bytes")
    parser.add_argument("--first", type=int, default=0, help="begin after so many")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="mlvc-cut-") as folder:
        path = Path(folder)
        for name in foreign():
            del os.environ[name]
        os.environ.update(surroundings(path))
        project = build_two_releases(build(path / "one/project"), path / "two/project")
        with bench(path / "bench", project) as where:
            whole = where.size()
            cuts = []
            for after in range(asked.first, whole, asked.every):
                cuts.append(where.cut(after))
                print(cuts[-1], flush=True)
    broken = sum(bool(cut.broken) for cut in cuts)
    print(f"{len(cuts)} cuts of a push of {whole:,} bytes, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
