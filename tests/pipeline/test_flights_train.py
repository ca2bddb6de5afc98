"""Stage `train`: the same model every time, in a file that is safe to load."""

import json
from pathlib import Path
from types import ModuleType

import pytest
import skops.io

from tests.pipeline.flights_project import PIPELINE, Flights


@pytest.fixture
def model_file(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PIPELINE))
    import model_file

    return model_file


class Stranger:
    """A class that no flights model is made of."""


@pytest.mark.parametrize("threads", ["1", "2"])
def test_training_again_gives_the_same_bytes(
    fresh: Flights, reproduced: Flights, threads: str
) -> None:
    fresh.take("data", reproduced)
    done = fresh.stage("train", OMP_NUM_THREADS=threads, PYTHONHASHSEED=threads)
    assert done.returncode == 0, done.stderr
    for path in ("models/flights.skops", "models/signature.json"):
        assert fresh.content(path) == reproduced.content(path)


def test_the_signature_names_inputs_and_classes(reproduced: Flights) -> None:
    signature = json.loads(reproduced.content("models/signature.json"))
    assert signature["inputs"]["carrier"] == "category"
    assert signature["inputs"]["distance"] == "number"
    assert signature["output"] == {"late": [0, 1]}


def test_the_model_wants_the_inputs_of_the_signature(
    reproduced: Flights, model_file: ModuleType
) -> None:
    model = model_file.load(reproduced.path / "models" / "flights.skops")
    signature = json.loads(reproduced.content("models/signature.json"))
    assert model.feature_names_in_.tolist() == list(signature["inputs"])


def test_the_allow_list_holds_nothing_that_the_model_does_not_need(
    reproduced: Flights, model_file: ModuleType
) -> None:
    path = reproduced.path / "models" / "flights.skops"
    assert sorted(skops.io.get_untrusted_types(file=path)) == model_file.TRUSTED


def test_a_model_with_anything_else_in_it_is_refused(
    tmp_path: Path, model_file: ModuleType
) -> None:
    skops.io.dump(Stranger(), tmp_path / "stranger.skops")
    with pytest.raises(Exception, match="Stranger") as refused:
        model_file.load(tmp_path / "stranger.skops")
    assert type(refused.value).__name__ == "StageError"
