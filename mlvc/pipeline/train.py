"""Stage `train`: gradient boosted trees on the training table; the same table, the same bytes."""

from dataclasses import asdict, dataclass
from typing import Any

import features
import model_file
from stage import StageError, first_line, read_params, run, write_json


@dataclass(frozen=True)
class Train:
    """The parameters: those of scikit-learn's HistGradientBoostingClassifier of the same name."""

    learning_rate: float
    max_iter: int
    max_leaf_nodes: int
    min_samples_leaf: int
    l2_regularization: float
    random_state: int


def main() -> None:
    """Write `models/flights.skops` and `models/signature.json`."""
    params = read_params(Train)
    inputs, late = features.load("data/train.csv")
    model = fit(params, inputs, late)
    model_file.save(model, "models/flights.skops")
    write_json("models/signature.json", signature(model))


def fit(params: Train, inputs: Any, late: Any) -> Any:
    """The fitted model; raises StageError for parameters that scikit-learn refuses."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        **asdict(params), categorical_features="from_dtype", early_stopping=False
    )
    try:
        return model.fit(inputs, late)
    except ValueError as error:
        raise StageError(first_line(error)) from error


def signature(model: Any) -> dict[str, Any]:
    """What goes into the model and what comes out: when this changes, its callers must."""
    return {"inputs": features.types(), "output": {features.TARGET: model.classes_.tolist()}}


if __name__ == "__main__":
    run(main)
