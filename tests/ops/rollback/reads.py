"""What content DVC reads: the files that its code opens, in its own process or in mlvc's."""

import sys

from tests.project import Project, run

WATCHED = """\
import sys

log, name, *calls = sys.argv[1:]
found = open(log, "w", encoding="utf-8")

def watch(event, values):
    if event != "open" or not isinstance(values[0], str):
        return
    frame = sys._getframe()
    while frame and "/dvc_data/" not in frame.f_code.co_filename:
        frame = frame.f_back
    if frame:
        print(values[0], file=found, flush=True)

sys.addaudithook(watch)
if name == "mlvc":
    from mlvc.cli.app import run as main
else:
    from dvc.cli import main
sys.exit(max(main(call.split()) for call in calls))
"""
NOT_CONTENT = (".dvc/tmp/", ".dvc/config")


def reads(project: Project, name: str, *calls: str) -> tuple[str, set[str]]:
    """Call `dvc` or `mlvc`: what they printed, and the files whose content DVC read.

    Objects in the cache count, but for manifests.
    """
    log = project.path.parent / "reads"
    command = ("-I", "-c", WATCHED, str(log), name, *calls)
    unmeasured = {"COVERAGE_PROCESS_CONFIG": ""}
    out = run(sys.executable, *command, cwd=project.path, env=unmeasured).stdout
    top = f"{project.path}/"
    opened = log.read_text(encoding="utf-8").splitlines()
    found = {path.removeprefix(top) for path in opened if path.startswith(top)}
    return out, {p for p in found if not p.startswith(NOT_CONTENT) and not p.endswith(".dir")}
