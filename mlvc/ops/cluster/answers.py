"""What a worker answered, as an evaluation of the caller's. Nothing in it is believed unseen."""

from dataclasses import replace

from mlvc.artifacts.receiving import receive
from mlvc.domain import evaluation
from mlvc.domain.evaluation import Evaluation
from mlvc.errors import MlvcError
from mlvc.ops.cluster.messages import Answer
from mlvc.ops.evaluation_run import Run


def made_of(run: Run, began: float, worker: str, reply: object) -> Evaluation:
    """The evaluation of a run, from what `perform` returned.

    The caller says who, what and when; from the worker are metrics, outputs, error and seconds.
    """
    try:
        answer, objects = _read(reply)
        made = _asked_for(run, answer)
        _keep(run, objects)
    except MlvcError as error:
        return failed(run, began, worker, error)
    said = _logged(run, answer, made) if made.status == evaluation.ERROR else ""
    return replace(run.made(began, made.metrics, made.outputs, said), seconds=made.seconds)


def failed(run: Run, began: float, worker: str, error: Exception) -> Evaluation:
    """The evaluation of a run that a worker could not carry out."""
    who = f"worker {worker}" if worker else "a worker"
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if type(error).__name__ == "KilledWorker":
        said = "it was killed, like those that had tried before: perhaps it takes too much memory"
    elif isinstance(error, ModuleNotFoundError):
        said = f"mlvc cannot be loaded there: {said}"
    return run.made(began, {}, {}, f"{who}: {said}")


def _read(reply: object) -> tuple[Answer, dict[str, bytes]]:
    if not isinstance(reply, tuple) or len(reply) != 2 or not isinstance(reply[1], dict):  # noqa: PLR2004
        raise MlvcError("the answer is malformed")
    return Answer.from_json(reply[0]), reply[1]


def _asked_for(run: Run, answer: Answer) -> Evaluation:
    made = answer.evaluation
    if made is None:
        raise MlvcError(answer.refusal)
    if (made.model_digest, made.evaluator_digest) != run.pair:
        raise MlvcError("it evaluated another model, or by another evaluator")
    return made


def _keep(run: Run, objects: dict[str, bytes]) -> None:
    """Put outputs such as predictions where those of local runs are."""
    cache = run.project.store.cache
    for digest, data in objects.items():
        if not receive(cache, digest, data):
            raise MlvcError("an output does not arrive intact")


def _logged(run: Run, answer: Answer, made: Evaluation) -> str:
    """Keep the log where those of local runs are; the error, naming that place."""
    if answer.log:
        run.log.parent.mkdir(parents=True, exist_ok=True)
        run.log.write_text(answer.log, errors="replace")
    said = made.error or "it failed, and says no more"
    return said.replace(answer.place, str(run.log)) if answer.place else said
