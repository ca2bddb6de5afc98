"""The registry as Python objects: what the command line does, typed, and nothing is printed."""

from mlvc.api.model import Model, Release
from mlvc.api.registry import Registry

__all__ = ["Model", "Registry", "Release"]
