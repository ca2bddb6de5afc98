"""A server of SFTP on loopback: `python ssh_server.py PORT PASSWORD`."""

import asyncio
import sys

import asyncssh


class _Anyone(asyncssh.SSHServer):
    """Whoever knows the password."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return bool(username) and password == sys.argv[2]


async def _serve() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    listening = await asyncssh.listen(
        "127.0.0.1",
        int(sys.argv[1]),
        server_factory=_Anyone,
        server_host_keys=[key],
        sftp_factory=True,
    )
    await listening.wait_closed()


asyncio.run(_serve())
