"""Where DVC's remotes are, as the committed configuration has it: what every clone knows."""

from pathlib import Path

from mlvc.errors import MlvcError


def default_address(root: Path) -> str | None:
    """The default remote's address in `.dvc/config`; None where there is none.

    Not what `config.local` says, which lies on this machine alone. Raises `MlvcError` for a file
    that makes no sense.
    """
    from configobj import ConfigObj, ConfigObjError

    path = root / ".dvc" / "config"
    try:
        found = ConfigObj(str(path), encoding="utf-8", interpolation=False)
    except (ConfigObjError, UnicodeDecodeError) as error:
        raise MlvcError(f"{path} cannot be read: {error}", "Mend it.") from error
    remote = found.get("core", {}).get("remote")
    url = found.get(f'remote "{remote}"', {}).get("url") if remote else None
    return str(url) if url else None
