"""What goes to a worker and what comes back: nothing of the caller's, and nothing believed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.artifacts.receiving import receive
from mlvc.domain.change import Change
from mlvc.errors import Exit, MlvcError
from mlvc.ops.cluster import job
from mlvc.ops.cluster.answers import failed, made_of
from mlvc.ops.cluster.messages import Answer, Request, Subject, edition
from mlvc.ops.cluster.origin import refuse_unpushed, remote_of, shareable, url_of
from mlvc.ops.cluster.worker import perform
from mlvc.ops.evaluation_run import Run
from mlvc.ops.evaluators import By, Judges
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project as Opened
from tests.project import Project, run

WORKER = "tcp://10.0.0.7:4000"


@pytest.fixture
def asked(releases: Project) -> Run:
    """The first release under today's evaluator."""
    opened = Opened.find(releases.path)
    target, by = resolve(opened, "0.1.0"), By((resolve(opened, "HEAD"),))
    return Run(opened, target, by, Judges(opened, by).of(by.base(target)))


def reply(asked: Run, objects: Any = None, **changed: Any) -> tuple[bytes, Any]:
    """What a worker returns; `changed` are fields of the evaluation's JSON."""
    made = asked.made(7.0, {"accuracy": 0.5}, {"predictions.csv": "md5:" + "0" * 32}, "")
    document = {**json.loads(made.to_json()), **changed}
    answer = json.loads(Answer(made).to_json()) | {"evaluation": json.dumps(document)}
    return json.dumps(answer).encode(), objects or {}


def test_who_what_and_when_are_the_callers(asked: Run) -> None:
    lies = {"id": "00" * 8, "at": 1.0, "release": "other@v9.9.9", "model": "other",
            "evaluator_revision": "0" * 40, "stages": ["rm"], "reproduces": True}  # fmt: skip
    made = made_of(asked, 7.0, WORKER, reply(asked, seconds=3.5, **lies))
    expected = asked.made(7.0, {"accuracy": 0.5}, {"predictions.csv": "md5:" + "0" * 32}, "")
    assert made == replace(expected, seconds=3.5)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"model_digest": "md5:" + "1" * 32}, "it evaluated another model, or by another"),
        ({"evaluator_digest": "sha256:" + "1" * 64}, "it evaluated another model, or by another"),
        ({"metrics": {"accuracy": "high"}}, "an evaluation is malformed: metrics"),
        ({"metrics": {"accuracy": float("nan")}}, "an evaluation is malformed: metrics"),
        ({"schema": 99}, "an evaluation is malformed: schema"),
    ],
)
def test_an_answer_to_another_question_is_an_error(
    asked: Run, changed: dict[str, Any], says: str
) -> None:
    made = made_of(asked, 7.0, WORKER, reply(asked, **changed))
    assert made.status == "ERROR" and not made.metrics
    assert made.error.startswith(f"worker {WORKER}: {says}")
    assert (made.model_digest, made.evaluator_digest) == asked.pair


@pytest.mark.parametrize("what", [None, b"", (b"{}", {}), (b"[]", {}), (1, 2), (b"{}",), "text",
                                  (b'{"evaluation": null, "refusal": 1}', {})])  # fmt: skip
def test_an_answer_that_makes_no_sense_is_an_error(asked: Run, what: object) -> None:
    assert made_of(asked, 7.0, WORKER, what).error == f"worker {WORKER}: the answer is malformed"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=30).map(lambda s: json.dumps([s]).encode()))
def test_no_bytes_break_the_reading_of_an_answer(data: bytes) -> None:
    with pytest.raises(MlvcError):
        Answer.from_json(data)


@pytest.mark.parametrize("name", ["md5:" + "0" * 32, "../../evil", "sha256:" + "0" * 64, "md5:"])
def test_an_output_that_is_not_what_its_name_says_is_not_kept(asked: Run, name: str) -> None:
    cache = asked.project.store.cache.root
    before = sorted(cache.rglob("*"))
    made = made_of(asked, 7.0, WORKER, reply(asked, {name: b"tampered"}))
    assert made.error == f"worker {WORKER}: an output does not arrive intact"
    assert sorted(cache.rglob("*")) == before


def test_a_log_is_kept_where_the_error_says(asked: Run) -> None:
    place = "/over/there/1.log"
    error = f"stage evaluate failed: oh no (all of it is in {place})"
    made = asked.made(7.0, {}, {}, error)
    answer = Answer(made, log="oh no\n", place=place).to_json()
    found = made_of(asked, 7.0, WORKER, (answer, {}))
    assert found.error == f"stage evaluate failed: oh no (all of it is in {asked.log})"
    assert asked.log.read_text() == "oh no\n"


def test_a_worker_without_mlvc_is_told_of(asked: Run) -> None:
    made = failed(asked, 7.0, WORKER, ModuleNotFoundError("No module named 'mlvc'"))
    assert made.error == f"worker {WORKER}: mlvc cannot be loaded there: No module named 'mlvc'"


def test_outputs_come_along_but_for_those_that_are_too_large(
    asked: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a": b"large" * 9, "b": b"small", "c": b"tracked by Git"}
    outputs = {p: f"md5:{hashlib.md5(data).hexdigest()}" for p, data in files.items()}
    for path in ("a", "b"):
        assert receive(asked.project.store.cache, outputs[path], files[path])
    monkeypatch.setattr(job, "_OBJECTS", 20)
    job._take_along(asked.project, asked.made(7.0, {}, outputs, ""), tmp_path)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [outputs["b"]]


def test_a_worker_of_another_version_refuses_what_it_may_not_understand() -> None:
    answer, objects = perform(b'{"edition": "mlvc 9.9.9 on Python 3.99", "new": "field"}')
    said = f"it has {edition()}, and the caller mlvc 9.9.9 on Python 3.99"
    assert Answer.from_json(answer).refusal == said and not objects


def test_a_request_holds_no_path_of_the_callers_and_comes_as_it_was_sent(asked: Run) -> None:
    request = Request(
        id=asked.id,
        url="https://example.com/models.git",
        head=asked.project.repo.head,
        prefix="sub/",
        target=Subject.of(asked.target),
        base=Subject.of(asked.base),
        stages=("evaluate",),
        changes=(Change("params.yaml", "evaluate.threshold", [1, "two"]),),
        pair=asked.pair,
        again=True,
        timeout=1.5,
        topic="mlvc",
        edition=edition(),
    )
    assert str(Path.home()).encode() not in request.to_json()
    assert str(asked.project.root).encode() not in request.to_json()
    found = Request.from_json(request.to_json())
    assert found == request
    assert found.target.target.label == "model@v0.1.0"
    assert found.by.base(found.target.target).commit == asked.base.commit


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://example.com/models.git", "https://example.com/models.git"),
        ("https://token@example.com:8443/m.git", "https://example.com:8443/m.git"),
        ("ssh://git@example.com/m.git", "ssh://git@example.com/m.git"),
        ("git@example.com:m.git", "git@example.com:m.git"),
        ("git://example.com/m.git", "git://example.com/m.git"),
    ],
)
def test_workers_are_told_an_address_without_credentials(url: str, sent: str) -> None:
    assert shareable(url, "origin") == sent


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://ada:s3cret@example.com/m.git", "holds a password"),
        ("ssh://ada:s3cret@example.com/m.git", "holds a password"),
        ("ftp://ada:s3cret@example.com/m.git", "holds a password"),
        ("https://[example.com/m.git", "no other machine can reach"),
        ("/srv/git/m.git", "no other machine can reach"),
        ("../m.git", "no other machine can reach"),
        ("file:///srv/git/m.git", "no other machine can reach"),
        ("ext::sh -c evil", "no other machine can reach"),
        ("--upload-pack=evil:x", "no other machine can reach"),
        ("-oProxyCommand=evil:x", "no other machine can reach"),
    ],
)
def test_an_address_that_is_of_no_use_or_a_secret_is_refused(url: str, says: str) -> None:
    with pytest.raises(MlvcError, match=says) as refused:
        shareable(url, "origin")
    assert "s3cret" not in refused.value.message + refused.value.hint


def test_the_remote_is_that_of_the_branch_and_must_have_what_is_needed(
    releases: Project, tmp_path: Path
) -> None:
    run("git", "clone", "--quiet", "--bare", releases.path, tmp_path / "up.git", cwd=tmp_path)
    with pytest.raises(MlvcError, match="there is no remote 'origin'") as alone:
        url_of(Opened(releases.path), "origin")
    assert alone.value.hint.endswith("`mlvc push`.")
    releases.git("remote", "add", "upstream", str(tmp_path / "up.git"))
    releases.git("fetch", "--quiet", "upstream")
    releases.git("branch", "--quiet", "--set-upstream-to", "upstream/main")
    opened = Opened(releases.path)
    assert remote_of(opened) == "upstream"
    old, head = releases.git("rev-parse", "model@v0.1.0^{commit}"), opened.repo.head
    refuse_unpushed(opened, "upstream", {old: "model@v0.1.0", head: "HEAD"})
    run("git", "branch", "--force", "main", "model@v0.1.0", cwd=tmp_path / "up.git")
    with pytest.raises(MlvcError, match="HEAD is not on Git remote 'upstream'") as refused:
        refuse_unpushed(opened, "upstream", {old: "model@v0.1.0", head: "HEAD"})
    assert refused.value.code == Exit.MISSING and "by `mlvc push`" in refused.value.hint
    releases.git("remote", "set-url", "upstream", str(tmp_path / "gone.git"))
    with pytest.raises(MlvcError, match="Git remote 'upstream' cannot be read: "):
        refuse_unpushed(opened, "upstream", {head: "HEAD"})
