"""A type per kind of SID: two letters and 32 hexadecimal digits (Twilio's OpenAPI files give these patterns)."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

KINDS = {
    "AC": "account",
    "FW": "Studio flow",
    "IS": "Sync service",
    "TC": "task channel",
    "WA": "activity",
    "WK": "worker",
    "WQ": "task queue",
    "WS": "workspace",
    "WW": "workflow",
}


def _check(prefix: str) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) == 34 and value[:2] == prefix and all(c in "0123456789abcdefABCDEF" for c in value[2:]):
            return value
        found = KINDS.get(value[:2]) if len(value) == 34 else None
        what = f"is the SID of another kind ({found})" if found and value[:2] != prefix else "is not a SID"
        kind = KINDS[prefix]
        article = "an" if kind[0] in "aeiou" else "a"
        allowed = f"{article} {kind} SID: {prefix} and 32 hexadecimal digits"
        raise PydanticCustomError("sid", "{what}", {"what": what, "allowed": allowed})

    return AfterValidator(check)


# A flow's own webhook, as written in tutorials: a scoped webhook takes the SID in it.
_FLOW_URL = re.compile(r"https://webhooks\.twilio\.com/v1/Accounts/AC[0-9a-fA-F]{32}/Flows/(FW[0-9a-fA-F]{32})/?")


def _flow(value: str) -> str:
    """The SID of a flow that is given by its SID, or by its webhook's URL."""
    if "://" not in value:
        return value
    found = _FLOW_URL.fullmatch(value)
    if found is None:
        allowed = "the flow's SID, or https://webhooks.twilio.com/v1/Accounts/AC.../Flows/FW..."
        raise PydanticCustomError("sid", "{what}", {"what": "is not the URL of a Studio flow", "allowed": allowed})
    return found[1]


def _schema(prefix: str) -> dict[str, str]:
    return {"pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"}


Flow = Annotated[str, AfterValidator(_flow), _check("FW")]
AccountSid = Annotated[str, _check("AC"), Field(json_schema_extra=_schema("AC"))]
QueueSid = Annotated[str, _check("WQ"), Field(json_schema_extra=_schema("WQ"))]
WorkspaceSid = Annotated[str, _check("WS"), Field(json_schema_extra=_schema("WS"))]
