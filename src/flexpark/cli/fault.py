"""What is told of an exception that nobody foresaw: one line, which holds no secret, and its traceback where asked for.

An exception's text is somebody else's, and so may hold anything.
"""

import os
import re
import traceback
from collections.abc import Mapping

DEBUG = "FLEXPARK_DEBUG"
LONGEST = 500  # characters of an exception's own text
SHORTEST = 4  # characters: what is shorter is found everywhere, and hides nothing
BLOTTED = "[secret]"
# Variables whose names end so hold what nobody else may know: TWILIO_AUTH_TOKEN, PULUMI_CONFIG_PASSPHRASE ...
_SECRET_NAME = re.compile(r"(TOKEN|SECRET|PASSPHRASE|PASSWORD)$")
# Auth tokens and API secrets are 32 letters and digits (twilio.com/docs/iam); a SID has two letters more.
_SECRET_SHAPE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])")


def told(error: Exception, environ: Mapping[str, str] = os.environ) -> str:
    """The line, with the traceback below it where FLEXPARK_DEBUG is set."""
    said = without_secrets(" ".join(str(error).split()), environ)  # before it is cut, and half a secret left
    said = f": {said[:LONGEST]}{'...' if len(said) > LONGEST else ''}" if said else ""
    fault = f"this is a fault of flexpark: {type(error).__name__}{said}"
    if environ.get(DEBUG):
        trace = without_secrets("".join(traceback.format_exception(error)), environ)
        return f"{fault}; please report it, with this traceback:\n{trace.rstrip()}"
    return f"{fault}; please report it, with {DEBUG}=1 set for the traceback"


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """The text without the values of secret variables, and without what has the shape of a credential of Twilio's."""
    known = {value for name, value in environ.items() if _SECRET_NAME.search(name) and len(value) >= SHORTEST}
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, BLOTTED)
    return _SECRET_SHAPE.sub(BLOTTED, text)
