"""Model version control on Git and DVC: release, evaluate and roll back models.

Importing this package loads nothing heavy.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
