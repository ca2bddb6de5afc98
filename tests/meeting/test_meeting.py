"""A few clones meet; `make meet` has eight of them do so for longer."""

from tests.meeting.team import begin, meet, wrong
from tests.ops.sharing.conftest import Team, built_team, team

__all__ = ["built_team", "team"]


def test_what_clones_do_at_once_is_as_if_done_one_after_the_other(team: Team) -> None:
    clones = begin(team.path, team.one, 3)
    made = meet(clones, 1)
    assert wrong(team.hub, clones, made) == []
    assert sum(len(each) for one in made for each in one.values()) > 3
