"""Spans of time as people write them: `90`, `45s`, `10m`, `1.5h`."""

import re

from mlvc.errors import Exit, MlvcError

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")


def seconds(text: str) -> float:
    """The span in seconds. Raises `MlvcError` (USAGE)."""
    match = _SPAN.fullmatch(text.strip())
    found = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not found:
        raise MlvcError(f"{text!r} is no span of time", "Such as 90, 45s, 10m or 1.5h.", Exit.USAGE)
    return found


def words(span: float) -> str:
    """A span of seconds as people read it, in its largest unit: `45 s`, `1.5 h`."""
    unit = next((u for u in ("d", "h", "m") if span >= _SECONDS[u]), "s")
    return f"{round(span / _SECONDS[unit], 1):g} {'min' if unit == 'm' else unit}"
