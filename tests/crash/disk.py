"""A disk that keeps nothing but what it was told to: a power cut takes all un-synced writes.

Nothing is assumed of the filesystem's order: a name lasts when its folder was synced, bytes last
when their file was, all of both after a `syncfs`. That is what POSIX promises, and one thing more
that every journal gives: a rename from one folder to another lasts in both or in none.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.crash.scans import Entry, Scan

_Names = Mapping[str, tuple[int, Entry]]  # of a folder: serial number and entry by name


@dataclass
class Disk:
    """Told of each state of a tree and of each sync; knows what a power cut would leave.

    Inodes are used again, so that each gets a serial number of its own when it appears.
    """

    _serials: dict[int, int] = field(default_factory=dict)
    _last: int = 0
    _bytes: dict[int, bytes] = field(default_factory=dict)
    _names: dict[int, _Names] = field(default_factory=dict)
    _linked: list[set[str]] = field(default_factory=list)

    def saw(self, found: Scan) -> None:
        """Take note of which inodes there are."""
        now = {entry.inode for entry in found.values()}
        self._serials = {inode: n for inode, n in self._serials.items() if inode in now}
        for inode in now - self._serials.keys():
            self._last += 1
            self._serials[inode] = self._last

    def renamed(self, paths: tuple[str, ...]) -> None:
        """Take note of a rename that is about to be made: its folders are synced together."""
        group = {path.rpartition("/")[0] for path in paths}
        for other in [other for other in self._linked if other & group]:
            group |= other
            self._linked.remove(other)
        self._linked.append(group)

    def sync_all(self, found: Scan) -> None:
        """As `syncfs`."""
        self._linked.clear()
        for path in ("", *found):
            self.sync(found, path)

    def sync(self, found: Scan, path: str) -> None:
        """As `fsync` of one file or folder; the root is ""."""
        entry = found.get(path)
        if entry is None and path:
            return  # it has no name any more
        group = next((group for group in self._linked if path in group), set[str]())
        if group:
            self._linked.remove(group)
        for other in group:
            self.sync(found, other)
        if entry is None or stat.S_ISDIR(entry.mode):
            self._names[self._serial(entry)] = {
                name: (self._serial(child), child) for name, child in _children(found, path)
            }
        else:
            self._bytes[self._serial(entry)] = entry.data

    def _serial(self, entry: Entry | None) -> int:
        return self._serials[entry.inode] if entry else 0

    def after_power_cut(self) -> dict[str, Entry]:
        """Only what was synced: names of synced folders, bytes of synced files."""
        found: dict[str, Entry] = {}
        self._walk(0, "", found)
        return found

    def _walk(self, folder: int, prefix: str, found: dict[str, Entry]) -> None:
        for name, (serial, entry) in sorted(self._names.get(folder, {}).items()):
            found[prefix + name] = self._kept(serial, entry)
            if stat.S_ISDIR(entry.mode):
                self._walk(serial, f"{prefix}{name}/", found)

    def with_names(self, found: Scan) -> dict[str, Entry]:
        """All names as they are, but of the bytes only what was synced (as ext4 may leave it)."""
        return {path: self._kept(self._serials[e.inode], e) for path, e in found.items()}

    def _kept(self, serial: int, entry: Entry) -> Entry:
        if not stat.S_ISREG(entry.mode):
            return entry
        return replace(entry, data=self._bytes.get(serial, b""))


def _children(found: Scan, path: str) -> list[tuple[str, Entry]]:
    prefix = f"{path}/" if path else ""
    inside = [name for name in found if name.startswith(prefix)]
    return [(n[len(prefix) :], found[n]) for n in inside if "/" not in n[len(prefix) :]]
