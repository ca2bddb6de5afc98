"""What a runner of GitHub Actions tells a step, and how a step answers."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlvc.errors import MlvcError

_SUMMARY_MOST = 1 << 20  # bytes of all summaries of a step; what is more is refused whole


class Runner(NamedTuple):
    """The runner's variables, and the event that started the workflow.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """

    variables: Mapping[str, str]
    event: Mapping[str, Any] = {}

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Runner":
        """The one that these variables are of; raises `MlvcError` for an event that is no JSON."""
        path = environ.get("GITHUB_EVENT_PATH")
        if not path or not Path(path).is_file():
            return cls(environ)
        try:
            event = json.loads(Path(path).read_bytes())
        except ValueError as error:
            raise MlvcError(f"{path} is not the JSON of an event") from error
        return cls(environ, event if isinstance(event, dict) else {})

    def get(self, name: str) -> str:
        """The variable `GITHUB_NAME`, empty where there is none."""
        return self.variables.get(f"GITHUB_{name}", "")

    def need(self, name: str) -> str:
        """The same; raises `MlvcError` where there is none."""
        if found := self.get(name):
            return found
        raise MlvcError(
            f"GITHUB_{name} is not set", "This runs in a step of GitHub Actions, with `env:`."
        )

    @property
    def page(self) -> str:
        """The address of this run, empty outside of one."""
        server, run = self.get("SERVER_URL"), self.get("RUN_ID")
        repository = self.get("REPOSITORY")
        return f"{server}/{repository}/actions/runs/{run}" if server and run and repository else ""

    def put(self, values: Mapping[str, str]) -> None:
        """Set outputs of the step; outside of one, nothing is done.

        Each stands between two lines that nobody can foresee, so that no value sets another.
        """
        lines = ""
        for name, value in values.items():
            mark = f"mlvc-{os.urandom(16).hex()}"
            lines += f"{name}<<{mark}\n{value}\n{mark}\n"
        self._append("OUTPUT", lines)

    def summarise(self, markdown: str) -> None:
        """Add to the summary of the step; outside of one, nothing is done."""
        data = f"{markdown}\n".encode()
        if len(data) > _SUMMARY_MOST:
            data = data[: _SUMMARY_MOST - 100].rpartition(b"\n")[0] + b"\n\nIt goes on.\n"
        self._append("STEP_SUMMARY", data.decode())

    def _append(self, name: str, text: str) -> None:
        if path := self.get(name):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text)
