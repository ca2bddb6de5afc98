"""Which files a system call is about, read from the memory and the descriptors of its process."""

import os

from tests.crash import ptrace, syscalls
from tests.crash.syscalls import Syscall


def named(registers: ptrace.Registers, syscall: Syscall) -> list[str]:
    """The absolute paths that a call is about, as its process sees them."""
    pid = registers.pid
    if syscall.fd is not None:
        return [_link(f"/proc/{pid}/fd/{registers.argument(syscall.fd)}")]
    found = []
    for folder, at in syscall.paths:
        given = _text(pid, registers.argument(at))
        base = syscalls.AT_FDCWD if folder is None else _int(registers.argument(folder))
        name = "cwd" if base == syscalls.AT_FDCWD else f"fd/{base}"
        found.append(os.path.join(_link(f"/proc/{pid}/{name}"), given))
    return found


def _int(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def _link(path: str) -> str:
    try:
        return os.readlink(path).removesuffix(" (deleted)")
    except OSError:
        return ""


def _text(pid: int, address: int) -> str:
    """A C string of its memory; nothing where it is NULL, as for `utimensat` of a descriptor."""
    if not address:
        return ""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        memory.seek(address)
        data = b""
        while b"\0" not in data and len(data) < 8192:
            # Up to the end of the page only: the next may not be there.
            more = memory.read(4096 - (address + len(data)) % 4096)
            data += more or b"\0"
    return os.fsdecode(data.split(b"\0")[0])
