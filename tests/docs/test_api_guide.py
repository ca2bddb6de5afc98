"""What the guide to the Python API shows works as it stands."""

import re
from pathlib import Path

from tests.project import PYTHON, Project, run

GUIDE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)


def test_what_the_guide_shows_runs(two_releases: Project) -> None:
    one = two_releases
    (one.path.parent / "store").mkdir()
    one.dvc("remote", "add", "--quiet", "--default", "storage", "../store")
    one.commit("Where objects go")
    one.git("init", "--quiet", "--bare", "../hub.git")
    one.git("remote", "add", "origin", "../hub.git")
    assert one.mlvc("push").code == 0
    address = f"ADDRESS = {f'file://{one.path.parent}/hub.git'!r}\n"
    desk = one.path.parent / "desk"
    desk.mkdir()
    served = SNIPPETS[1].replace('"served.bin"', repr(str(desk / "served.bin")))
    script = one.path.parent / "guide.py"
    script.write_text(address + "\n".join([SNIPPETS[0], served, SNIPPETS[2]]) + "print(artifact)\n")
    told = run(PYTHON, "-I", script, cwd=one.path).stdout.splitlines()
    assert told[0].startswith("model@v0.2.0 NONE ")
    assert told[1] == "NONE"
    assert told[3].count("'release'") == 2 and told[3].count("'rollback'") == 1
    assert told[4].startswith("there is no model 'other'")
    assert Path(told[5]).read_text().startswith("cutoff 49.5")
    assert (desk / "served.bin").read_text() == Path(told[5]).read_text()
