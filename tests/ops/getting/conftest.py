"""A repository that was published: a bare one for Git, and a folder for DVC's objects."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.ops.getting import Got, Wanted, abroad
from tests.project import Answer, Project, run_module
from tests.releases import release


@dataclass(frozen=True)
class Published:
    """`one` made it and pushed it to `hub` and `store`; `desk` is an empty folder elsewhere."""

    path: Path

    @property
    def one(self) -> Project:
        return Project(self.path / "project")

    @property
    def hub(self) -> Project:
        return Project(self.path / "hub.git")

    @property
    def desk(self) -> Path:
        return self.path / "desk"

    @property
    def store(self) -> Path:
        return self.path / "store"

    def call(self, *args: str | Path) -> Answer:
        """Run mlvc at the desk."""
        done = run_module("mlvc", *args, cwd=self.desk, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    def get(
        self, name: str, path: str | None = None, *, force: bool = False, repo: str = ""
    ) -> Got:
        """What `mlvc get NAME --repo` does at the desk."""
        wanted = Wanted(name, self.desk, Path(path) if path else None, force=force)
        return abroad(repo or f"file://{self.hub.path}", wanted)

    def refused(self, name: str, code: Exit, path: str | None = None, repo: str = "") -> MlvcError:
        """How it is refused."""
        with pytest.raises(MlvcError) as caught:
            self.get(name, path, repo=repo)
        assert caught.value.code == code, caught.value.message
        return caught.value

    @property
    def there(self) -> list[str]:
        """What is at the desk."""
        return sorted(path.name for path in self.desk.iterdir())

    def publish(self) -> None:
        """Push all that is committed and released."""
        done = self.one.mlvc("push")
        assert done.code == 0, done.err

    def objects(self, text: str) -> list[Path]:
        """The objects in the store that hold a text."""
        files = (path for path in self.store.rglob("*") if path.is_file())
        return [path for path in files if text.encode() in path.read_bytes()]


@pytest.fixture(scope="session")
def built_published(
    built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory
) -> Published:
    """What every `published` is a copy of: the remote is younger than both releases."""
    made = Published(tmp_path_factory.mktemp("published"))
    one = built_two_releases.copy(made.one.path)
    one.git("init", "--quiet", "--bare", "../hub.git")
    made.hub.git("config", "uploadpack.allowFilter", "true")
    one.git("remote", "add", "origin", "../hub.git")
    one.dvc("remote", "add", "--quiet", "--default", "storage", "../store")
    one.commit("Where objects go")
    made.store.mkdir()
    assert one.mlvc("promote", "v0.1.0", "production").code == 0
    assert one.mlvc("push").code == 0
    made.desk.mkdir()
    return made


@pytest.fixture
def published(built_published: Published, tmp_path: Path) -> Published:
    shutil.copytree(built_published.path, tmp_path / "there", symlinks=True)
    return Published(tmp_path / "there")


def released_folder(published: Published) -> None:
    """Release a model that is a folder with two equal files, as v0.3.0."""
    one = published.one
    made = "mkdir -p model.bin/sub && echo cutoff 49.5 > model.bin/a"
    made += " && echo b > model.bin/sub/b && echo b > model.bin/sub/c && echo {} > signature.json"
    one.write("dvc.yaml", one.read("dvc.yaml").replace("cmd: python train.py", f"cmd: {made}"))
    (one.path / "model.bin").unlink()
    one.write("evaluate.py", one.read("evaluate.py").replace("model.bin", "model.bin/a"))
    one.dvc("repro", "--quiet")
    one.commit("A folder")
    release(one, "--bump", "minor")
    published.publish()
