"""How DVC is set up for a repository of someone else: of its configuration little is believed.

See ADR 0017. DVC's keys can run commands (`bearer_token_command`), read files of credentials
(`configpath`, `keyfile`) and send what the user keeps for another place.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlvc.artifacts.failures import explained

_KEYS = {
    "": (),
    "http": (),
    "https": (),
    "webdav": (),
    "webdavs": (),
    "s3": ("region", "endpointurl", "allow_anonymous_login"),
    "gs": ("projectname", "allow_anonymous_login"),
    "azure": ("account_name", "allow_anonymous_login"),
    "ssh": ("port", "user"),
}
"""What is taken over of a remote beside its `url`, by the scheme of that; no other scheme is."""


def set_up(root: Path, theirs: bytes, base: Path | None) -> dict[str, str]:
    """Make `root/.dvc`: with the remotes of their `.dvc/config`, and a cache of its own.

    `base` is the folder that held it, for remotes that are relative to it; None where that is on
    another machine. The user's own configuration counts as ever, and what it says of a remote is
    all that counts of that one. Returns why remotes were left out, by name.
    """
    from dvc.config import Config

    folder = root / ".dvc"
    (folder / "tmp").mkdir(parents=True)
    (folder / "theirs").write_bytes(theirs)
    with explained("its .dvc/config cannot be read"):
        said = Config.load_file(folder / "theirs")
        (folder / "theirs").unlink()
        own = Config(str(folder)).get("remote", {})
    remotes = {n: r for n, r in _mapping(said.get("remote")).items() if n not in own}
    taken = {name: _taken(_mapping(remote), base) for name, remote in remotes.items()}
    left_out = {name: why for name, why in taken.items() if isinstance(why, str)}
    default = _mapping(said.get("core")).get("remote")
    _write(
        folder / "config",
        {
            "core": {"remote": default if default in {*own, *taken} - left_out.keys() else None},
            **{f'remote "{n}"': keys for n, keys in taken.items() if isinstance(keys, dict)},
        },
    )
    # The highest level: so neither its cache nor what DVC notes of it is anyone else's.
    _write(
        folder / "config.local",
        {
            "core": {"site_cache_dir": str(folder / "site"), "analytics": "false"},
            "cache": {"dir": str(folder / "cache")},
        },
    )
    return left_out


def _taken(remote: Mapping[str, Any], base: Path | None) -> dict[str, str] | str:
    """What is believed of a remote, or why nothing is."""
    url = remote.get("url")
    if not isinstance(url, str) or "\n" in url:
        return "it has no address"
    scheme = (re.match(r"(\w+)://", url) or ["", ""])[1]
    if scheme not in _KEYS:
        return f"addresses with {scheme}:// are not taken from a repository of someone else"
    if not scheme and not Path(url).is_absolute():
        if base is None:
            return f"{url} is relative to a clone on some machine"
        url = str((base / url).resolve())
    keys = {key: remote.get(key) for key in _KEYS[scheme]}
    return {"url": url, **{k: v for k, v in keys.items() if isinstance(v, str) and "\n" not in v}}


def _write(path: Path, sections: Mapping[str, Mapping[str, Any]]) -> None:
    from configobj import ConfigObj

    config = ConfigObj(encoding="utf-8", interpolation=False)
    config.update({s: {k: v for k, v in keys.items() if v} for s, keys in sections.items()})
    config.filename = str(path)
    config.write()


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
