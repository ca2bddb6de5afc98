"""What is said of an object that an old release needs, done word for word, mends it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.rollback.test_objects import flip, object_of, remove
from tests.ops.sharing.conftest import Team, pushed

CASES = [("verify", remove), ("verify", flip), ("rollback v0.1.0", flip)]


@pytest.mark.parametrize(("verb", "harm"), CASES)
def test_an_object_comes_back_as_it_is_said(
    team: Team, verb: str, harm: Callable[[Path], None]
) -> None:
    one = team.one  # whose old releases know of no remote
    pushed(one)
    spoilt = object_of(one, "model@v0.1.0", "model.bin")
    harm(spoilt)
    done = one.mlvc(*verb.split())
    assert done.code in (13, 14)
    said = done.out + done.err
    if harm is flip:
        assert f"elete {spoilt}, then" in said
        spoilt.unlink()
    commands = re.findall(r"`mlvc (.*?)` brings it", said)
    assert commands == ["pull --data model@v0.1.0"]
    assert one.mlvc(*commands[0].split()).code == 0
    assert one.mlvc(*verb.split()).code == 0


def test_verify_speaks_of_no_other_release_and_of_nothing_touched(team: Team) -> None:
    flip(object_of(team.one, "model@v0.1.0", "model.bin"))
    done = team.one.mlvc("verify")
    assert done.code == 14
    assert "choose another" not in done.out and "touched" not in done.out


def test_what_no_remote_has_is_pushed_as_it_is_said(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    lost = object_of(team.one, "model@v0.1.0", "model.bin")
    (there,) = (path for path in team.objects if path.name == lost.name)
    there.unlink()
    done = two.mlvc("rollback", "v0.1.0")
    assert done.code == 13
    assert "`mlvc push --all` from a clone that has it." in done.err
    assert team.one.mlvc("push", "--all").code == 0
    assert two.mlvc("rollback", "v0.1.0").code == 0
