"""What stands in a Vega-Lite specification."""

from typing import Any

from mlvc.plots.look import Spec


def marks(spec: Spec, kind: str) -> list[Spec]:
    """The layers of one kind of mark."""
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def rows(layers: list[Spec]) -> list[dict[str, Any]]:
    """All rows of these layers."""
    return [row for layer in layers for row in layer["data"]["values"]]


def texts(spec: Spec) -> list[str]:
    """All that is written into the picture, each once."""
    return list(dict.fromkeys(row["text"] for row in rows(marks(spec, "text"))))
