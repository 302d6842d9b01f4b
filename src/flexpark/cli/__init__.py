"""The `flexpark` command: one file per command, registered once in `app.py`.

Enters: arguments and the environment. Leaves: data on stdout, messages on stderr, and an exit code of Pulumi's table
(`flexpark.errors`). This is the only part of flexpark that knows Pulumi, Twilio's API and the emulator.
"""


def main() -> None:
    """Run one command. What commands need is imported only now: `python -m flexpark.cli.engine` needs none of it."""
    from flexpark.cli import process  # noqa: PLC0415

    process.begin()
    from flexpark.cli import app  # noqa: PLC0415

    app.main()
