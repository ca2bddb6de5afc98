"""The model as a skops file: the same model gives the same bytes, and loading runs no code of it.

https://skops.readthedocs.io/en/stable/persistence.html
"""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from stage import StageError, first_line

# What a gradient boosting model with categories is made of, beyond what skops trusts anyway.
# Written down, not asked of the file: a file must not decide what it is trusted with.
TRUSTED = [
    "functools.partial",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.utils.validation.check_array",
]
SCHEMA = "schema.json"
ADDRESS = re.compile(r'(?<="__id__": )\d+|(?<="file": ")\d+')


def save(model: Any, path: str) -> None:
    """Write the model to `path`."""
    from skops.io import dumps

    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_reproducible(dumps(model)))


def load(path: str) -> Any:
    """Read a model; raises StageError for what is no skops file or needs more than TRUSTED."""
    from skops.io import load as load_skops
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return load_skops(path, trusted=TRUSTED)
    except (BadZipFile, KeyError, ValueError, UntrustedTypesFoundException) as error:
        raise StageError(f"{path}: {first_line(error)}") from error


def _reproducible(saved: bytes) -> bytes:
    """The same archive without what differs from run to run.

    skops names objects and arrays after their address in memory, and zip stamps the time: here
    they are numbered as they appear in the schema, and the time is zip's earliest.
    """
    numbers: dict[str, str] = {}
    target = BytesIO()
    with ZipFile(BytesIO(saved)) as source, ZipFile(target, "w") as archive:
        schema = source.read(SCHEMA).decode()
        schema = ADDRESS.sub(lambda old: numbers.setdefault(old[0], str(len(numbers))), schema)
        archive.writestr(ZipInfo(SCHEMA), schema)
        arrays = {name: numbers[Path(name).stem] for name in source.namelist() if name != SCHEMA}
        for name, number in sorted(arrays.items(), key=lambda item: int(item[1])):
            archive.writestr(ZipInfo(number + Path(name).suffix), source.read(name))
    return target.getvalue()
