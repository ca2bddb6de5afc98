"""A seccomp filter: only what changes a filesystem stops for the tracer, all else runs at speed."""

import ctypes
import platform
import struct

from tests.crash import syscalls

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _TRACE, _ERRNO = 0x7FFF0000, 0x7FF00000, 0x00050000  # linux/seccomp.h
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

Line = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


_HEAD: list[Line] = [
    (_LOAD, 0, 0, _ARCHITECTURE),
    (_EQUAL, 1, 0, _AUDIT.get(platform.machine(), 0)),
    (_RETURN, 0, 0, _ALLOW),
    (_LOAD, 0, 0, _NUMBER),
]


def _program() -> list[Line]:
    lines = _HEAD.copy()
    for number, call in syscalls.BY_NUMBER.items():
        body = _judged(call)
        lines += [(_EQUAL, 0, len(body), number), *body]
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _judged(call: syscalls.Syscall) -> list[Line]:
    """Trace it; an opening call or an ioctl only if its argument says that it changes something."""
    if call.flags is not None:
        return _if(call.flags, _ANY_BIT, syscalls.WRITING)
    if call.name == "ioctl":
        return _if(1, _EQUAL, syscalls.FICLONE)
    return [(_RETURN, 0, 0, _TRACE)]


def _if(argument: int, test: int, value: int) -> list[Line]:
    # Both machines are little-endian: the low half of the argument comes first.
    return [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
        (test, 0, 1, value),
        (_RETURN, 0, 0, _TRACE),
        (_RETURN, 0, 0, _ALLOW),
    ]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def install(libc: ctypes.CDLL) -> None:
    """Stop for the tracer; for this process and all it starts. OSError where that is forbidden."""
    _install(libc, _program())


def pretend_to_sync(libc: ctypes.CDLL) -> None:
    """Let every fsync and its like succeed at once: nobody cuts the power of this machine."""
    lines = _HEAD.copy()
    for number, call in syscalls.BY_NUMBER.items():
        if call.syncs:
            lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO)]
    _install(libc, [*lines, (_RETURN, 0, 0, _ALLOW)])


def _install(libc: ctypes.CDLL, lines: list[Line]) -> None:
    packed = b"".join(struct.pack("=HBBI", *line) for line in lines)
    program = _Program(len(lines), packed)
    zero = ctypes.c_ulong(0)
    one = ctypes.c_ulong(1)
    if libc.prctl(_SET_NO_NEW_PRIVS, one, zero, zero, zero) or libc.prctl(
        _SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(program), zero, zero
    ):
        raise OSError(ctypes.get_errno(), "seccomp is not permitted here")
