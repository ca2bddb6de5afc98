"""The composite action, run by act in a workflow of somebody's."""

import shutil
from pathlib import Path

import pytest

from tests.github.acting import Stage
from tests.project import Project

ROOT = Path(__file__).parents[2]
WORKFLOW = """\
on: push
jobs:
  explain:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with: {ref: refs/heads/main}
      - id: mlvc
        uses: me/mlvc@0123456789012345678901234567890123456789
        with: {ref: model@v0.2.0, install: "false", pull: "true"}
      - env: {SAID: "${{ toJSON(steps.mlvc.outputs) }}"}
        run: echo "$SAID" && wc -l < model.bin
"""


@pytest.mark.act
def test_its_outputs_are_there_and_the_artifact_too(shared: Project, staged: Stage) -> None:
    staged.clone.write(".github/workflows/mlvc-explain.yml", WORKFLOW)
    home = staged.store.parent / "actions" / "mlvc"
    home.mkdir()
    shutil.copy(ROOT / "action.yml", home)
    pin = f"me/mlvc@0123456789012345678901234567890123456789={home}"
    done = staged.act("push", "explain", {}, "--local-repository", pin)
    assert done.jobs == {"explain": "success"}, done.log
    outputs = {
        "event": "registration",
        "version": "v0.2.0",
        "path": "model.bin",
        "verdict": "NONE",
        "previous": "model@v0.1.0",
    }
    for name, value in outputs.items():
        assert f'"{name}": "{value}"' in done.log
    assert done.log.rstrip().endswith("201")
