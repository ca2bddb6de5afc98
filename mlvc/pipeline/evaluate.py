"""Stage `evaluate`: what the model says of flights it has never seen, and how good that is."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import features
import model_file
import scores
from stage import StageError, first_line, read_params, run, write_json

if TYPE_CHECKING:
    from pandas import DataFrame
    from scores import Array

BATCH = 1000


@dataclass(frozen=True)
class Evaluate:
    """The parameters: a flight is called late from the probability `threshold` on."""

    threshold: float

    def __post_init__(self) -> None:
        """Raises ValueError for a threshold that is no probability."""
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold must lie between 0 and 1, not {self.threshold}")


def main() -> None:
    """Write `predictions.csv`, `metrics.json`, `latency.json` and the curves in `plots/`."""
    params = read_params(Evaluate)
    inputs, answers = features.load("data/evaluate.csv")
    late = answers.to_numpy()
    probability, latency = predict(model_file.load("models/flights.skops"), inputs)
    predicted = (probability >= params.threshold).astype(int)
    table = answers.to_frame().assign(predicted=predicted, probability=probability)
    _write(table, "predictions.csv", index=True)
    write_json("metrics.json", scores.metrics(late, predicted, probability))
    write_json("latency.json", latency)
    for name, curve in scores.curves(late, probability).items():
        _write(curve, f"plots/{name}.csv", index=False)


def predict(model: Any, inputs: "DataFrame") -> "tuple[Array, dict[str, float]]":
    """The probability of being late, a row, and how long a row took, in microseconds.

    Raises StageError where the model wants other inputs than the table has.
    """
    import numpy

    parts, micros = [], []
    for start in range(0, len(inputs), BATCH):
        batch = inputs.iloc[start : start + BATCH]
        begin = perf_counter()
        try:
            parts.append(model.predict_proba(batch)[:, 1])
        except ValueError as error:
            raise StageError(f"the model does not fit the data: {first_line(error)}") from error
        micros.append((perf_counter() - begin) * 1e6 / len(batch))
    middle, slow = numpy.percentile(micros, [50, 95]).round(2).tolist()
    probability = numpy.concatenate(parts).round(scores.DIGITS)
    return probability, {"latency_us_per_row_p50": middle, "latency_us_per_row_p95": slow}


def _write(table: "DataFrame", path: str, *, index: bool) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=index, lineterminator="\n")


if __name__ == "__main__":
    run(main)
