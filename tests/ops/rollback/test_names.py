"""Names, modes, links and line ends of what is restored."""

from pathlib import Path

import pytest

from tests.ops.rollback.conftest import tag
from tests.ops.rollback.states import assert_whole, rolled_back
from tests.project import Project

PIPELINE = """\
stages:
  train:
    cmd: cat "données/naïve text.txt" link > "modèle final.bin"
    deps:
      - "run it.sh"
      - "données/naïve text.txt"
      - link
      - lines.txt
    outs:
      - "modèle final.bin"
artifacts:
  model:
    path: "modèle final.bin"
"""


@pytest.fixture(scope="module")
def built_odd(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("odd") / "my project é")
    project.write(".gitattributes", "lines.txt text eol=crlf\n")
    project.write("dvc.yaml", PIPELINE)
    for name, mode in (("one", 0o755), ("two", 0o644)):
        project.write(name, f"only in {name}\n")
        project.write("run it.sh", f"#!/bin/sh\necho {name}\n").chmod(mode)
        project.write("données/naïve text.txt", f"déjà {name}\n")
        (project.path / "lines.txt").write_bytes(f"{name}\r\nmore\r\n".encode())
        (project.path / "link").unlink(missing_ok=True)
        (project.path / "link").symlink_to(name)
        project.write("-dash", name)
        project.dvc("repro", "--quiet")
        project.commit(name)
        tag(project)
    return project


@pytest.fixture
def odd(built_odd: Project, tmp_path: Path) -> Project:
    """Releases 0.1.0 and 0.2.0 whose files have unusual names, modes and line ends."""
    return built_odd.copy(tmp_path / "my project é")


def test_odd_names_modes_links_and_line_ends_are_restored(odd: Project) -> None:
    rolled_back(odd, "v0.1.0")
    assert_whole(odd)
    assert odd.read("données/naïve text.txt") == "déjà one\n"
    assert odd.read("modèle final.bin") == "déjà one\nonly in one\n"
    assert (odd.path / "run it.sh").stat().st_mode & 0o777 == 0o755
    assert str((odd.path / "link").readlink()) == "one"
    assert (odd.path / "lines.txt").read_bytes() == b"one\r\nmore\r\n"
    rolled_back(odd, "v0.2.0")
    assert_whole(odd)
    assert not (odd.path / "run it.sh").stat().st_mode & 0o111
    assert str((odd.path / "link").readlink()) == "two"


def test_the_whole_tree_with_odd_names_is_restored(odd: Project) -> None:
    odd.git("mv", "--", "-dash", "new\nline")
    odd.git("commit", "--quiet", "--message", "Renamed")
    rolled_back(odd, "v0.1.0", "--scope", "tree")
    assert_whole(odd)
    assert odd.read("-dash") == "one"
    assert not (odd.path / "new\nline").exists()


def test_a_file_that_is_not_utf8_by_name_survives(odd: Project) -> None:
    name = b"caf\xe9".decode(errors="surrogateescape")
    odd.write(name, "mine\n")
    odd.commit("A name of another time")
    rolled_back(odd, "v0.1.0")
    assert odd.read(name) == "mine\n"
    assert_whole(odd)
