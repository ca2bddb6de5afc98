"""Metrics files: what DVC reads is read so; and CSV, which DVC shows as one text."""

import json

import pytest

from mlvc.artifacts.metric_formats import read
from mlvc.errors import MlvcError
from tests.project import Project

AS_DVC_HAS_IT = {
    "nested.json": '{"test": {"f1": 0.5}, "none": null}',
    "LOUD.JSON": '{"a": 1}',
    "small.yaml": "loss: 1e-05\noctal: 012\n",  # YAML 1.2: a number, and twelve
    "json.yml": '{"rmse": 2.5}',
    "table.toml": 'rows = 3\n["val"]\n"f1@5" = 0.25\n',
    "code.py": "accuracy = 0.5\nclass Val:\n    f1 = -0.25\n",
    "mapping.csv": "accuracy: 0.5\n",
    "notes.txt": "müller: 1.5\n",
    "no_extension": "ndcg@10: 0.5\n",
}


def test_what_dvc_reads_is_read_so(project: Project) -> None:
    for path, text in AS_DVC_HAS_IT.items():
        project.write(f"formats/{path}", text)
    paths = [f"formats/{path}" for path in AS_DVC_HAS_IT]
    (shown,) = json.loads(project.dvc("metrics", "show", "--json", *paths)).values()
    for path, text in AS_DVC_HAS_IT.items():
        document = read(text.encode(), path)
        document.pop("none", None)
        assert document == shown["data"][f"formats/{path}"]["data"], path


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("accuracy.txt", "0.93\n", {"accuracy": 0.93}),
        ("metrics/f1.json", "1", {"f1": 1}),
        (
            "m.csv",
            "accuracy,f1,model\n0.9,1e-3,gbm\n",
            {"accuracy": 0.9, "f1": 0.001, "model": "gbm"},
        ),
        ("m.csv", ",rmse\n0,2.5\n", {"rmse": 2.5}),
        ("m.csv", "name,value\nval/f1@5,0.9\n\nrmse,12\n", {"val/f1@5": 0.9, "rmse": 12}),
        ("m.csv", "\ufeffMetric, Value\r\nrmse, 12\r\n", {"rmse": 12}),
        ("m.tsv", "a\tb\n1\t2\n", {"a": 1, "b": 2}),
    ],
)
def test_a_bare_number_and_tables_have_names(
    path: str, text: str, found: dict[str, object]
) -> None:
    assert read(text.encode(), path) == found


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("m.json", b"[1]", "JSON"),
        ("m.json", b"true", "JSON"),
        ("m.json", b"", "JSON"),
        ("m.json", b"\xff", "JSON"),
        ("m.yaml", b"a: 1\na: 2\n", "YAML"),
        ("m.yaml", b"", "YAML"),
        ("m.yaml", b"words\n", "YAML"),
        ("m.json", b"[" * 100_000, "JSON"),
        ("m.yaml", b"a: !!python/object/apply:os.abort []", "YAML"),
        ("m", b"- 1\n", "YAML"),
        ("m.toml", b"a = ", "TOML"),
        ("m.py", b"import", "Python"),
        ("m.csv", b"a,b\n1,2\n3,4\n", "CSV"),
        ("m.csv", b"a,a\n1,2\n", "CSV"),
        ("m.csv", b"a,b\n1\n", "CSV"),
        ("m.csv", b'a,"b\n1,2\n', "CSV"),
        ("m.tsv", b"\xff\t1\n", "CSV"),
    ],
)
def test_what_is_not_metrics_is_said_to_be_none(path: str, data: bytes, kind: str) -> None:
    with pytest.raises(MlvcError, match=f"this is not a {kind} object of metrics"):
        read(data, path)
