"""A server of Git over SSH on loopback: `python git_ssh_server.py PORT PUBLIC-KEY-FILE`."""

import asyncio
import shlex
import sys
from asyncio.subprocess import PIPE

import asyncssh

_SERVED = ("git-upload-pack", "git-receive-pack")


async def _git(process: "asyncssh.SSHServerProcess[bytes]") -> None:
    """Run what git asks for, and nothing else."""
    words = shlex.split(process.command or "")
    if not words or words[0] not in _SERVED:
        process.exit(1)
        return
    git = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    await process.redirect(git.stdin, git.stdout, git.stderr)
    process.exit(await git.wait())


async def _serve() -> None:
    listening = await asyncssh.listen(
        "127.0.0.1",
        int(sys.argv[1]),
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        authorized_client_keys=sys.argv[2],
        process_factory=_git,
        encoding=None,
    )
    await listening.wait_closed()


asyncio.run(_serve())
