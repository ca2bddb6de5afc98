"""ptrace(2) through ctypes: the few requests a tracer needs, on x86_64 and aarch64."""

import ctypes
import os
import platform
import signal
from contextlib import suppress

from tests.crash import seccomp

_TRACEME, _CONT, _SYSCALL, _SETOPTIONS = 0, 7, 24, 0x4200
_GETREGSET, _SETREGSET, _PRSTATUS, _ARM_SYSTEM_CALL = 0x4204, 0x4205, 1, 0x404
# SYSGOOD, FORK, VFORK, CLONE, EXEC, SECCOMP, EXITKILL
_OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000
EVENT_SECCOMP = 7
SYSCALL_STOP = signal.SIGTRAP | 0x80

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
libc.ptrace.restype = ctypes.c_long

_X86 = platform.machine() == "x86_64"
# Places in the register set, as `struct user_regs_struct` and `struct user_pt_regs` have them.
_ARGUMENTS = (14, 13, 12, 7, 9, 8) if _X86 else (0, 1, 2, 3, 4, 5)
_NUMBER, _RESULT, _COUNT = (15, 10, 27) if _X86 else (8, 0, 34)


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def _call(request: int, pid: int, address: int, data: int) -> None:
    if libc.ptrace(request, pid, address, data) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def begin() -> None:
    """In the child: be traced, wait for the tracer, and stop at what the filter names."""
    _call(_TRACEME, 0, 0, 0)
    os.kill(os.getpid(), signal.SIGSTOP)
    seccomp.install(libc)


def adopt(pid: int) -> None:
    """Follow a stopped child and whatever it starts; all of it dies with the tracer."""
    _call(_SETOPTIONS, pid, 0, _OPTIONS)


def go(pid: int, number: int = 0) -> None:
    """Let it run on, with a signal."""
    _resume(_CONT, pid, number)


def finish_call(pid: int) -> None:
    """Let it run to the end of the system call that it is about to do."""
    _resume(_SYSCALL, pid, 0)


def _resume(request: int, pid: int, number: int) -> None:
    with suppress(ProcessLookupError):  # killed meanwhile; its end will be reported
        _call(request, pid, 0, number)


class Registers:
    """Those of a stopped thread."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._words = (ctypes.c_uint64 * _COUNT)()
        self._transfer(_GETREGSET)

    def _transfer(self, request: int) -> None:
        vector = _Vector(ctypes.addressof(self._words), ctypes.sizeof(self._words))
        _call(request, self.pid, _PRSTATUS, ctypes.addressof(vector))

    @property
    def number(self) -> int:
        """Of the system call that it is in."""
        return int(self._words[_NUMBER])

    @property
    def result(self) -> int:
        """What the system call gave; negative is an error."""
        return ctypes.c_int64(self._words[_RESULT]).value

    def argument(self, at: int) -> int:
        """An argument of the system call, as a signed 64-bit number."""
        return ctypes.c_int64(self._words[_ARGUMENTS[at]]).value

    def skip(self) -> None:
        """Do no system call."""
        if _X86:
            self._words[_NUMBER] = ctypes.c_uint64(-1).value
            self._transfer(_SETREGSET)
            return
        none = ctypes.c_int(-1)
        vector = _Vector(ctypes.addressof(none), ctypes.sizeof(none))
        _call(_SETREGSET, self.pid, _ARM_SYSTEM_CALL, ctypes.addressof(vector))

    def answer(self, code: int) -> None:
        """End the system call with an error."""
        self._words[_RESULT] = ctypes.c_uint64(-code).value
        self._transfer(_SETREGSET)
