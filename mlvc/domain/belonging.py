"""What belongs to DVC rather than to Git, by name and by size."""

MODELS = (
    "ckpt", "gguf", "h5", "hdf5", "joblib", "keras", "mlmodel", "onnx", "pickle", "pkl", "pt",
    "pth", "safetensors", "skops", "tflite",
)  # fmt: skip
"""How files of models end."""

DATA = ("arrow", "avro", "feather", "npy", "npz", "orc", "parquet")
"""How files of data end that no one reads as text."""

LEAST = 100_000
"""The least limit of size that can be set, in bytes: hooks look at nothing that is smaller."""

LARGE = 1 << 20
"""The limit where none is set, in bytes."""


def why(path: str, size: int, limit: int) -> str:
    """Why a file of so many bytes belongs to DVC; empty where it does not."""
    ending = path.rsplit("/", 1)[-1].lower().rpartition(".")
    if ending[0] and ending[2] in MODELS + DATA:
        return f"a .{ending[2]} is a {'model' if ending[2] in MODELS else 'table of data'}"
    if size > limit:
        return f"it has {size:,} bytes, and {limit:,} are the limit for Git"
    return ""
