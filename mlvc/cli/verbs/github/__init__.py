"""`mlvc github`."""

from mlvc.cli.options import verb_app
from mlvc.cli.verbs.github.reporting import plan, report, run
from mlvc.cli.verbs.github.steps import answer, event, release, summary
from mlvc.cli.verbs.github.workflows import init

app = verb_app()


@app.callback()
def github() -> None:
    """Workflows of GitHub Actions, and what their steps do.

    \b
      mlvc github init                    write the workflows
      mlvc github event                   what does the tag mean that was pushed?
      mlvc github report --run --trust    evaluate HEAD and what it is compared with; tell

    All but `init` are for steps: they read $GITHUB_…, and write the step's outputs and summary.
    """


for _verb in (init, event, plan, run, report, release, answer, summary):
    app.command()(_verb)
