"""Pictures as files: Vega-Lite as JSON, and SVG and PNG of it without a browser."""

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.plots.look import Spec
from mlvc.workspace.durable import write_whole

VERSION = "5.20"  # of Vega-Lite, as the specifications' `$schema` has it
_SCALE = 2.0  # pixels of a PNG for one of the picture


def text(spec: Spec) -> str:
    """A specification as JSON."""
    return json.dumps(spec, indent=2, allow_nan=False)


def _json(spec: Spec) -> bytes:
    return f"{text(spec)}\n".encode()


def _svg(spec: Spec) -> bytes:
    from vl_convert import vegalite_to_svg

    return vegalite_to_svg(spec, vl_version=VERSION, allowed_base_urls=[]).encode()


def _png(spec: Spec) -> bytes:
    from vl_convert import vegalite_to_png

    return bytes(vegalite_to_png(spec, vl_version=VERSION, scale=_SCALE, allowed_base_urls=[]))


_FORMATS: Mapping[str, Callable[[Spec], bytes]] = {".json": _json, ".svg": _svg, ".png": _png}


def check(path: Path) -> None:
    """Refuse early what could not be written; raises `MlvcError`."""
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise MlvcError(
            f"{path.name!r} has no ending of a picture",
            f"One of {', '.join(_FORMATS)}.",
            Exit.USAGE,
        )
    if not path.parent.is_dir():
        raise MlvcError(f"{path.parent} is not a folder", "Make it, or name another.", Exit.USAGE)
    if suffix != ".json" and find_spec("vl_convert") is None:
        raise MlvcError(
            f"{path.name}: SVG and PNG need vl-convert-python, which is not installed",
            "`pip install 'mlvc[plot]'`, or write .json and open it in a Vega-Lite viewer.",
        )


def write(spec: Spec, path: Path) -> None:
    """Write a picture, as its ending says; what is there stays until the new one is whole."""
    write_whole(path.resolve(), _FORMATS[path.suffix.lower()](spec))  # a link goes on being one
