"""`flexpark ci`: workflows for GitHub and GitLab, and the three steps of theirs that are not a plain command.

`init` writes the workflows from `templates/ci`; they call `stacks` (which environments does a change touch), `jobs` (a
GitLab job for each of them) and `comment` (one comment, updated in place).
"""

import typer

from flexpark.cli.ci import comment, init, jobs, stacks

app = typer.Typer(
    help="Workflows for GitHub and GitLab, and their steps.\n\nExample: flexpark ci init github",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.command)
app.command("stacks")(stacks.command)
app.command("jobs")(jobs.command)
app.command("comment")(comment.command)
