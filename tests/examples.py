"""The examples in the help texts, so that tests can run them as printed."""

import re
import shlex


def example_in(shown: str) -> list[str]:
    """The words of the example in a command's help, without `flexpark`."""
    found = re.search(r"Example: flexpark (.+?)\s*$", shown, re.MULTILINE)
    assert found, f"no example in this help:\n{shown}"
    return shlex.split(found[1])
