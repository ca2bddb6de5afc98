"""What goes wrong in an evaluation: one clear line, a recorded ERROR, and the others go on."""

import json
import os
import re
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.registry import evaluations
from mlvc.registry.git import Git
from mlvc.registry.worktrees import Pool
from tests.ops.evaluation.released import evaluated, graft, release, worktrees
from tests.pipeline_project import EVALUATE
from tests.project import Project, run


def judging(project: Project, code: str) -> None:
    project.write("evaluate.py", code)
    project.commit("Another evaluator")


def test_a_stage_that_fails_is_an_error_with_its_last_line_and_its_log(releases: Project) -> None:
    judging(releases, FAILS_FOR_SOME)
    answer = releases.mlvc("eval", "--all", "--with", "HEAD", "--json")
    assert answer.code == 1
    rows = [row["evaluation"] for row in json.loads(answer.out)["evaluations"]]
    assert [row["status"] for row in rows] == ["OK", "ERROR", "OK"]
    said = rows[1]["error"]
    assert said.startswith("stage evaluate failed: ValueError: this model is odd (all of it is in ")
    log = Path(said.partition("(all of it is in ")[2].rstrip(")"))
    assert "Traceback" in log.read_text()
    assert json.loads(answer.err.splitlines()[-1])["exit"] == 1
    assert "model@v0.2.0" in answer.err
    recorded = {e.release: e.status for e in evaluations.read(Git(releases.path))}
    assert recorded["model@v0.2.0"] == "ERROR"
    assert worktrees(releases) == [str(releases.path)]
    # An ERROR is tried again, the others are known.
    again = json.loads(releases.mlvc("eval", "--all", "--with", "HEAD", "--json").out)
    assert [row["fresh"] for row in again["evaluations"]] == [False, True, False]
    text = releases.mlvc("eval", "0.2.0", "--with", "HEAD")
    assert text.out.splitlines()[1].endswith("ERROR")
    assert text.out.splitlines()[2].startswith("model@v0.2.0: stage evaluate failed: ValueError")


FAILS_FOR_SOME = EVALUATE.replace(
    "rows =", "if 54 < cutoff < 58: raise ValueError('this model is odd')\nrows ="
)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import sys; sys.exit(3)", "exited with 3"),
        # Through a shell that waits for its command (dash), or one that becomes it (bash).
        ("import os; os.kill(os.getpid(), 9)", "was killed by SIGKILL"),
        ("", r"output 'predictions\.csv' does not exist"),
        (f"{EVALUATE}\nPath('metrics.json').unlink()", r"output 'metrics\.json' does not exist"),
    ],
)
def test_a_stage_that_says_nothing_or_writes_nothing_is_explained(
    releases: Project, code: str, says: str
) -> None:
    judging(releases, code)
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.evaluation.error.startswith("stage evaluate ")
    assert re.search(says, row.evaluation.error) and "ERROR" not in row.evaluation.error
    assert row.evaluation.metrics == {}


@pytest.mark.parametrize(
    ("metrics", "says"),
    [
        ("not json", "metrics.json: this is not a JSON object of metrics"),
        ("null", "metrics.json: this is not a JSON object of metrics"),
        ("[1]", "metrics.json: this is not a JSON object of metrics"),
        ('{"accuracy": NaN}', "metrics.json: metric accuracy is not finite"),
        ('{"accuracy": {"all": -Infinity}}', "metrics.json: metric accuracy.all is not finite"),
        ("[" * 100000, "metrics.json: this is not a JSON object of metrics"),
    ],
)
def test_metrics_that_are_no_numbers_are_an_error_that_says_which(
    releases: Project, metrics: str, says: str
) -> None:
    text = f"'[' * {len(metrics)}" if len(metrics) > 1000 else repr(metrics)
    judging(releases, f"{EVALUATE}\nPath('metrics.json').write_text({text})")
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.evaluation.error == says
    assert evaluations.read(Git(releases.path))[0].status == "ERROR"


def test_a_metric_that_is_null_is_no_metric(releases: Project) -> None:
    judging(releases, f"{EVALUATE}\nPath('metrics.json').write_text('{{\"a\": null, \"b\": 1}}')")
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.evaluation.metrics == {"b": 1.0}


def test_without_a_metrics_stage_it_says_what_to_declare(releases: Project) -> None:
    yaml = releases.read("dvc.yaml").replace("    metrics:\n", "    plots:\n")
    releases.write("dvc.yaml", yaml)
    releases.commit("No metrics")
    answer = releases.mlvc("eval", "0.1.0", "--with", "HEAD")
    assert answer.code == 1
    assert "nothing evaluates model" in answer.err and "`metrics:`" in answer.err


def test_a_release_without_an_evaluator_of_its_own_does_not_stop_the_others(
    releases: Project,
) -> None:
    yaml = releases.read("dvc.yaml").replace("    metrics:\n", "    plots:\n")
    releases.write("dvc.yaml", yaml)
    releases.commit("No metrics")
    release(releases, "0.4.0")
    rows = evaluated(releases)
    assert [row.is_ok for row in rows] == [True, True, True, False]
    assert "nothing evaluates" in rows[3].evaluation.error
    assert not rows[3].recorded
    assert len(evaluations.read(Git(releases.path))) == 3


def the_object(project: Project, revision: str, path: str = "model.bin") -> Path:
    lock = project.git("show", f"{revision}:dvc.lock").splitlines()
    at = next(n for n, line in enumerate(lines_of(lock)) if line == f"- path: {path}")
    digest = next(line.split()[1] for line in lines_of(lock)[at:] if line.startswith("md5:"))
    return project.path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]


def lines_of(lock: list[str]) -> list[str]:
    return [line.strip() for line in lock]


def test_a_missing_object_is_an_error_that_names_it_and_the_others_go_on(
    releases: Project,
) -> None:
    gone = the_object(releases, "model@v0.1.0")
    gone.unlink()
    rows = evaluated(releases, "0.1.0", "0.2.0", by="HEAD")
    assert [row.is_ok for row in rows] == [False, True]
    assert (
        f"object {gone.parent.name}{gone.name} of model.bin is missing" in rows[0].evaluation.error
    )


def test_an_object_that_the_remote_has_is_fetched(releases: Project, tmp_path: Path) -> None:
    releases.dvc("remote", "add", "--quiet", "--default", "--local", "store", str(tmp_path / "r"))
    releases.dvc("push", "--quiet", "--all-commits")
    gone = the_object(releases, "model@v0.1.0")
    gone.unlink()
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.is_ok, row.evaluation.error
    assert gone.exists()


def test_a_corrupt_object_is_an_error_that_names_it(releases: Project) -> None:
    # DVC takes a read-only object for whole.
    bad = the_object(releases, "model@v0.1.0")
    bad.chmod(0o644)
    bad.write_bytes(bad.read_bytes().replace(b"cutoff 4", b"cutoff 9"))
    bad.chmod(0o444)
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert f"object {bad.parent.name}{bad.name} of model.bin is corrupt" in row.evaluation.error


def test_a_manifest_that_leaves_its_folder_is_refused(releases: Project, tmp_path: Path) -> None:
    releases.write("words/model.txt", "old\n")
    releases.dvc("add", "--quiet", "words")
    yaml = releases.read("dvc.yaml")
    releases.write("dvc.yaml", yaml.replace("- evaluate.py\n", "- evaluate.py\n      - words\n"))
    evil = json.dumps([{"md5": "d" * 32, "relpath": "../../../out.txt"}])
    import hashlib

    digest = hashlib.md5(evil.encode()).hexdigest()
    path = releases.path / ".dvc/cache/files/md5" / digest[:2] / f"{digest[2:]}.dir"
    path.parent.mkdir(exist_ok=True)
    path.write_text(evil)
    pointer = releases.read("words.dvc").splitlines()
    pointer = [f"- md5: {digest}.dir" if "md5:" in line and ".dir" in line else line
               for line in pointer]  # fmt: skip
    releases.write("words.dvc", "\n".join(pointer) + "\n")
    releases.commit("Words from a stranger")
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert "the manifest of words" in row.evaluation.error
    assert "'..'" in row.evaluation.error


SECRETS = (
    "GITHUB_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "MY_SECRET",
    "DB_PASSWORD", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_STORAGE_CONNECTION_STRING", "GH_PAT",
    "AZURE_STORAGE_KEY", "OPENAI_API_KEY", "npm_config__auth", "SSH_AUTH_SOCK", "PRIVATE_KEY",
    "GIT_CONFIG_VALUE_0", "gpg_passphrase",
)  # fmt: skip


def test_stages_run_without_tokens_and_without_input(releases: Project, tmp_path: Path) -> None:
    judging(releases, f"{EVALUATE}\nimport os, sys\nprint(sys.stdin.read())\n"
            "Path(os.environ['SEEN']).write_text(json.dumps(dict(os.environ)))\n")  # fmt: skip
    secret = dict.fromkeys(SECRETS, "s3cret")
    plain = {
        "SEEN": str(tmp_path / "seen"),
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": "1",
    }
    config = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader"}
    answer = releases.mlvc("eval", "0.1.0", "--with", "HEAD", env={**secret, **plain, **config})
    assert answer.code == 0, answer.err + answer.out
    seen = json.loads((tmp_path / "seen").read_text())
    assert not [name for name, value in seen.items() if value == "s3cret"]
    assert not [name for name in seen if name.startswith("GIT_CONFIG_KEY")]
    assert plain.items() <= seen.items()
    assert {"PATH", "HOME"} <= seen.keys() and seen["HOME"] == os.environ["HOME"]


def test_modules_in_the_repository_are_not_taken_for_those_of_mlvc_and_dvc(
    releases: Project,
) -> None:
    shown = "raise SystemExit('hijacked')\n"
    for path in ("dvc/__init__.py", "dvc/__main__.py", "mlvc/__init__.py", "yaml/__init__.py",
                 "json.py", "git.py", "typer.py"):  # fmt: skip
        releases.write(path, shown)
    # The stage runs in that folder, as it always does: it isolates itself.
    yaml = releases.read("dvc.yaml")
    releases.write("dvc.yaml", yaml.replace("python evaluate.py", "python -P evaluate.py"))
    releases.commit("Modules of other names")
    answer = run("python", "-I", "-m", "mlvc", "eval", "0.1.0", "--with", "HEAD", cwd=releases.path,
                 check=False)  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "hijacked" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("as_evaluator", [True, False])
def test_a_commit_that_nothing_local_leads_to_needs_trust(
    releases: Project, as_evaluator: bool
) -> None:
    # As the evaluator its code would run; as the model, what it holds would be loaded.
    commit = graft(releases, "fork", {"evaluate.py": EVALUATE + "# from elsewhere\n",
                                      "README.md": "from elsewhere"})  # fmt: skip
    releases.git("update-ref", "refs/remotes/fork/main", commit)
    releases.git("update-ref", "-d", "refs/heads/fork")
    names = ("0.1.0", commit) if as_evaluator else (commit, "HEAD")
    with pytest.raises(MlvcError, match=f"{commit[:10]} is on no local branch") as refused:
        evaluated(releases, names[0], by=names[1])
    assert "--trust" in refused.value.hint
    assert not evaluations.read(Git(releases.path))
    answer = releases.mlvc("eval", names[0], "--with", names[1], "--trust")
    assert answer.code == 0


def test_what_is_known_needs_no_trust_since_nothing_runs(releases: Project) -> None:
    commit = graft(releases, "fork", {"evaluate.py": EVALUATE + "# from elsewhere\n"})
    assert evaluated(releases, "0.1.0", by=commit)[0].fresh
    releases.git("update-ref", "-d", "refs/heads/fork")
    assert not evaluated(releases, "0.1.0", by=commit)[0].fresh


def test_a_shallow_clone_evaluates_what_it_has(releases: Project, tmp_path: Path) -> None:
    run("git", "clone", "--quiet", "--depth=1", f"file://{releases.path}", tmp_path / "clone",
        cwd=tmp_path)  # fmt: skip
    clone = Project(tmp_path / "clone")
    clone.dvc("cache", "dir", "--local", str(releases.path / ".dvc/cache"))
    answer = clone.mlvc("eval", "HEAD")
    assert answer.code == 0, answer.err
    assert "reproduces" in answer.out
    missing = clone.mlvc("eval", "0.1.0")
    assert missing.code == 13
    assert "git fetch --unshallow --tags" in missing.err


def test_a_detached_head_is_evaluated(releases: Project) -> None:
    releases.git("checkout", "--quiet", "--detach", "model@v0.2.0")
    releases.git("branch", "--quiet", "-D", "main")
    (row,) = evaluated(releases, "HEAD", by="HEAD")
    assert row.is_ok


def test_an_unknown_setting_is_told_before_anything_runs(releases: Project) -> None:
    releases.write("params.yaml", releases.read("params.yaml") + "mlvc:\n  evalution: {}\n")
    answer = releases.mlvc("eval", "0.1.0")
    assert answer.code == 1
    assert "mlvc.evalution is not a known key" in answer.err
    assert not evaluations.read(Git(releases.path))


def test_outside_a_project_it_says_so(tmp_path: Path) -> None:
    empty = Project(tmp_path)
    assert empty.mlvc("eval").code == 10
    empty.git("init", "--quiet")
    assert empty.mlvc("eval").code == 10
    assert empty.mlvc("gate").code == 10
    empty.dvc("init", "--quiet")
    answer = empty.mlvc("eval")
    assert answer.code == 1 and "no commits yet" in answer.err


def test_an_interrupt_while_a_worktree_is_cleared_leaves_none(
    releases: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Pool, __: Path, verb: str, *words: str) -> None:
        assert verb == "clean"
        raise KeyboardInterrupt

    monkeypatch.setattr(Pool, "_within", interrupted)
    with pytest.raises(KeyboardInterrupt):
        evaluated(releases, "v0.1.0")
    assert worktrees(releases) == [str(releases.path)]
