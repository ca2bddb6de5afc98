"""Where a registry is: a project on this machine, or a repository elsewhere."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlvc.domain.promotion import Promotion
    from mlvc.domain.release import Release
    from mlvc.ops.getting import Got
    from mlvc.ops.project import Project

_ADDRESS = re.compile(r"\w+://|[\w.-]+@[\w.-]+:")
"""How an address begins, `https://…` or git's short form `git@example.com:…`."""


class Source:
    """Reads what is there now; nothing is remembered from one question to the next."""

    def __init__(self, where: str | Path) -> None:
        self.url = _elsewhere(where)
        self.folder = Path.cwd() if self.url else Path(where).absolute()

    def project(self) -> "Project":
        """The project; raises `MlvcError` where the registry is elsewhere."""
        from mlvc.ops.project import Project

        if self.url:
            raise MlvcError(
                "a repository elsewhere only lists releases and hands them out",
                "Clone it, and open the clone.",
                Exit.USAGE,
            )
        return Project.find(self.folder)

    def read(self) -> "tuple[tuple[Release, ...], tuple[Promotion, ...], Collection[str]]":
        """All releases by model and version, all promotions, and what GTO took back."""
        from mlvc.ops.getting import tags_elsewhere

        if self.url:
            found = tags_elsewhere(self.url, self.folder)
            releases = tuple(tag.release for tag in found.releases)
            return releases, found.promotions, found.deregistered
        project = self.project()
        return project.releases, project.promotions, project.deregistered

    def get(self, release: str, path: Path, *, force: bool) -> "Got":
        """Have the artifact of a release at `path`, proven."""
        from mlvc.ops.getting import Wanted, abroad, get

        wanted = Wanted(release, Path.cwd(), path, force=force)
        return abroad(self.url, wanted) if self.url else get(self.project(), wanted)


def _elsewhere(where: str | Path) -> str | None:
    """The address of a repository that is not worked in: a bare one's path is one, too."""
    from mlvc.registry.elsewhere import is_bare

    if isinstance(where, str) and _ADDRESS.match(where):
        return where
    folder = Path(where).absolute()
    return str(folder) if is_bare(folder) else None
