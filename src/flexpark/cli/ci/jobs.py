"""`flexpark ci jobs`: a GitLab pipeline with one job for each environment that a change touches."""

from typing import Annotated, Literal

import typer

from flexpark.cli.ci.stacks import Base, touched
from flexpark.cli.console import data
from flexpark.cli.root import ROOT
from flexpark.rendering.templating import Templates

Task = Literal["preview", "offline", "up", "reconcile"]


def command(
    task: Annotated[Task, typer.Argument(help="What each job does.")],
    base: Base = None,
) -> None:
    """Print a GitLab child pipeline, so that each environment's job gets that environment's variables only.

    Example: flexpark ci jobs preview
    """
    text = Templates(ROOT / "templates").render("ci/gitlab-jobs.yml.j2", {"task": task, "stacks": touched(base)})
    data.print(text, markup=False, end="")
