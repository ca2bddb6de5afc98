"""What git and stages get to see of the environment."""

import pytest

from mlvc.registry.environment import scrubbed, without_secrets


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_TRACE"])
def test_what_points_git_elsewhere_is_taken_out(name: str) -> None:
    assert scrubbed({name: "x", "GIT_AUTHOR_NAME": "Ada"}) == {"GIT_AUTHOR_NAME": "Ada"}


@pytest.mark.parametrize(
    "name",
    ["GITHUB_TOKEN", "aws_profile", "AWS_ACCESS_KEY_ID", "PGPASSWORD", "PGPASSFILE", "SSH_KEY",
     "GIT_ASKPASS", "GIT_CONFIG_VALUE_0", "STRIPE_KEY", "GITLAB_PAT", "SESSION_COOKIE"],
)  # fmt: skip
def test_what_speaks_of_secrets_is_kept_from_stages(name: str) -> None:
    assert without_secrets({name: "x"}) == {}


@pytest.mark.parametrize(
    "name",
    ["PATH", "HOME", "TOKENIZERS_PARALLELISM", "GIT_AUTHOR_NAME", "PYTHONPATH", "KEYMAP", "LANG",
     "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "VIRTUAL_ENV", "MONKEY_BARS", "XAUTHORITY"],
)  # fmt: skip
def test_what_a_stage_needs_is_left(name: str) -> None:
    assert without_secrets({name: "x"}) == {name: "x"}
