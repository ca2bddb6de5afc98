"""The settings of params.yaml, checked once."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops.configured import configured
from mlvc.workspace.memo import Memo

GATED = b"depth: 3\nmlvc:\n  gates:\n    - {metric: f1, min: 0.2, slice: {origin: JFK}}\n"


def test_what_was_found_right_is_not_checked_again(tmp_path: Path) -> None:
    found = configured(Memo(tmp_path / "memo"), GATED)
    assert found.rules("fraud")[0].min == 0.2
    code = (
        "import sys; from pathlib import Path\n"
        "from mlvc.ops.configured import configured; from mlvc.workspace.memo import Memo\n"
        f"found = configured(Memo(Path({str(tmp_path / 'memo')!r})), {GATED!r})\n"
        "assert found.rules('fraud')[0].slice == ('origin', 'JFK')\n"
        "assert not {'pydantic', 'yaml', 'ruamel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_mistake_is_told_each_time(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    for _ in range(2):
        with pytest.raises(MlvcError, match=r"mlvc\.gates\[0\]\.mim is not a known key"):
            configured(memo, GATED.replace(b"min", b"mim"))
        with pytest.raises(MlvcError, match=r"params\.yaml"):
            configured(memo, b"mlvc: {")


TWICE = "mlvc:\n  gates:\n    - {metric: f1, min: 0.8}\ndepth: 3\nmlvc:\n  gates: []\n"


@pytest.mark.parametrize(
    ("text", "key", "where"),
    [
        (TWICE, "mlvc", "lines 1 and 5"),
        ("mlvc:\n  gates: [{metric: f1, min: 1}]\n  gates: []\n", "mlvc.gates", "lines 2 and 3"),
        ("mlvc: {gates: [{metric: f1, min: 1, min: 0}]}", "mlvc.gates[0].min", "line 1"),
        (
            "mlvc:\n  models:\n    fraud: {gates: []}\n    'fraud': {}\n",
            "mlvc.models.fraud",
            "lines 3 and 4",
        ),
    ],
)
def test_a_key_that_is_there_twice_is_refused_with_its_lines(
    tmp_path: Path, text: str, key: str, where: str
) -> None:
    with pytest.raises(MlvcError) as refused:
        configured(Memo(tmp_path / "memo"), text.encode())
    assert refused.value.message == f"params.yaml: {key} is there twice, in {where}"


def test_keys_of_others_and_of_siblings_are_no_keys_that_are_there_twice(tmp_path: Path) -> None:
    text = "train: {depth: 3, depth: 4}\nmlvc:\n  models: {a: &b {gates: []}, c: *b}\n"
    assert configured(Memo(tmp_path / "memo"), text.encode()).models.keys() == {"a", "c"}
    circle = b"mlvc: &a\n  gates: *a\n"
    with pytest.raises(MlvcError, match=r"mlvc\.gates is "):
        configured(Memo(tmp_path / "memo"), circle)


def test_what_the_quick_reader_refuses_is_not_taken_for_no_settings(tmp_path: Path) -> None:
    for own in (b"plan: !mine {a: 1}\n", b"? [a]\n: b\n"):
        assert configured(Memo(tmp_path / "memo"), own + GATED).rules("fraud")[0].min == 0.2


def test_what_is_no_yaml_is_refused_with_its_lines(tmp_path: Path) -> None:
    says = "while scanning a simple key in line 2, could not find expected ':' in line 3"
    with pytest.raises(MlvcError, match=f"params.yaml is not YAML: {says}"):
        configured(Memo(tmp_path / "memo"), b"depth: 3\nfoo\nmlvc: {}\n")


def test_other_bytes_are_other_settings(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    assert configured(memo, GATED).rules("fraud")[0].min == 0.2
    assert configured(memo, GATED.replace(b"0.2", b"0.3")).rules("fraud")[0].min == 0.3
    assert configured(memo, None).rules("fraud") == configured(memo, b"").rules("fraud") == ()
