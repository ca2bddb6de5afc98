"""`mlvc tag --allow-same` that is asked to end while it makes a commit and a tag."""

import pytest

from mlvc.ops.places import Places
from mlvc.ops.project import Project as Opened
from mlvc.ops.tagging.making import tag
from mlvc.ops.tagging.request import Wanted
from mlvc.workspace import journal as journals
from tests.project import Project


def test_a_release_that_is_interrupted_leaves_nothing_to_recover(
    two_releases: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = two_releases.git("for-each-ref")
    opened = Opened.find(two_releases.path)
    really = journals.write

    def interrupted(*words: object) -> None:
        really(*words)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(journals, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tag(opened, Wanted(allow_same=True))
    assert two_releases.git("for-each-ref") == before
    assert not Places(opened).journal.exists()
