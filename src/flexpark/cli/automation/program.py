"""What the engine is to run, and how it is loaded once the engine has been started."""

from collections.abc import Callable

Program = Callable[[], None]
Load = Callable[[], Program]


def own_program() -> Program:
    """That of `infra/`."""
    from infra.products import load  # noqa: PLC0415 - it loads Pulumi's SDK

    load()
    from infra.program import program  # noqa: PLC0415

    return program
