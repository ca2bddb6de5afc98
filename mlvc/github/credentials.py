"""What a job must have to read the DVC remote, by the remote's kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlvc.artifacts.addresses import default_address
from mlvc.ops.project import Project

_S3 = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@dataclass(frozen=True)
class Credentials:
    """What a kind of remote asks for.

    `secrets` are to be set on GitHub, `variables` are those of a step that reads the remote, `step`
    the lines of one that comes before it. `extra` is what mlvc is to be installed with.
    """

    secrets: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    step: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    extra: str = ""


def credentials(project: Project) -> Credentials:
    """Those of the project's default remote."""
    address = default_address(project.root)
    if address is None:
        return Credentials(notes=("there is no DVC remote: a runner cannot get the data",))
    kind = address.partition("://")[0] if "://" in address else "local"
    if kind == "local":
        why = f"the DVC remote is a folder ({address}): only a runner that has it gets the data"
        return Credentials(notes=(why,))
    if kind not in KINDS:
        return Credentials(notes=(f"the steps need what {kind}:// asks for: add it to `env:`",))
    return KINDS[kind]


def _written(secret: str, file: str, *before: str) -> list[str]:
    return [
        "- name: Credentials of the DVC remote",
        "  env:",
        f"    SECRET: ${{{{ secrets.{secret} }}}}",
        "  run: |",
        *(f"    {line}" for line in before),
        f"""    (umask 077 && printf '%s\\n' "$SECRET" > {file})""",
    ]


KINDS = {
    "s3": Credentials(_S3, {name: f"${{{{ secrets.{name} }}}}" for name in _S3}, extra="s3"),
    "gs": Credentials(
        ("GCS_SERVICE_ACCOUNT",),
        {"GOOGLE_APPLICATION_CREDENTIALS": "${{ runner.temp }}/gcs.json"},
        _written("GCS_SERVICE_ACCOUNT", '"$RUNNER_TEMP/gcs.json"'),
        extra="gs",
    ),
    "ssh": Credentials(
        ("DVC_SSH_KEY",),
        {},
        _written("DVC_SSH_KEY", '"$HOME/.ssh/id_ed25519"', 'mkdir -p "$HOME/.ssh"'),
        ("ssh asks for the host's key, too: put it into ~/.ssh/known_hosts in that step",),
        extra="ssh",
    ),
}
