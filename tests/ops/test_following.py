"""What is remembered of objects, through what happens to their files."""

import pytest

from mlvc.ops import following
from mlvc.ops.project import Project as Opened
from tests.project import Project


def test_untouched_objects_are_told_from_others_however_many_there_are(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MANY", 2)
    files = {f"words/{number}": f"content {number}\n" for number in range(5)}
    for name, text in files.items():
        project.write(name, text)
    project.dvc("add", "--quiet", "words")
    prover = Opened.find(project.path).prover
    lock = project.read("words.dvc")
    digest = f"md5:{lock.partition('md5: ')[2].split()[0]}"
    content = prover.proven(digest, "words")
    objects = list(content.files.values())
    assert list(following.untouched(prover, objects)) == objects
    touched = prover.cache.path(objects[2])
    touched.with_name("link").hardlink_to(touched)
    assert list(following.untouched(prover, objects)) == [*objects[:2], *objects[3:]]
