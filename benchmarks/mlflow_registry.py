"""MLflow's registry on SQLite, as other tools' users have it: run by a Python that has MLflow.

python mlflow_registry.py DATABASE fill VERSIONS MODELS | list | register MODEL
"""

import os
import sys

os.environ["MLFLOW_TRACKING_URI"] = os.environ["MLFLOW_REGISTRY_URI"] = f"sqlite:///{sys.argv[1]}"

from mlflow import MlflowClient
from mlflow.store.model_registry.dbmodels.models import SqlModelVersion

_PAGE = 10_000


def fill(versions: int, models: int) -> None:
    """That many versions, evenly of that many models, put into its tables at once."""
    client = MlflowClient()
    for number in range(models):
        client.create_registered_model(f"model-{number}")
    store = client._get_registry_client().store  # noqa: SLF001 - one by one takes minutes
    with store.ManagedSessionMaker() as session:
        session.add_all(
            SqlModelVersion(
                name=f"model-{number % models}",
                version=number // models + 1,
                creation_time=number,
                last_updated_time=number,
                description=f"Trained on month {number}",
                source=f"/store/{number}",
                current_stage="None",
                status="READY",
            )
            for number in range(versions)
        )


def show() -> None:
    """All versions of all models."""
    client, token = MlflowClient(), None
    while token is None or token:
        page = client.search_model_versions(max_results=_PAGE, page_token=token)
        print(*(f"{v.name} {v.version} {v.description}" for v in page), sep="\n")  # noqa: T201
        token = page.token or ""


def register(model: str) -> None:
    """One version more."""
    print(MlflowClient().create_model_version(model, "/store/new").version)  # noqa: T201


if __name__ == "__main__":
    _, verb, *rest = sys.argv[1:]
    if verb == "fill":
        fill(int(rest[0]), int(rest[1]))
    elif verb == "list":
        show()
    else:
        register(rest[0])
