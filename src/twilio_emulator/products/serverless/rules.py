"""What all Serverless resources share: kinds in the store, look-ups, refusals.

Lengths are those of Twilio's OpenAPI; conflicts answer 409 with 20409, wrong parameters 400 with 20001.
"""

import re
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.world import World

SERVICE, ENVIRONMENT, VARIABLE = "serverless.service", "serverless.environment", "serverless.variable"
FUNCTION, ASSET = "serverless.function", "serverless.asset"
FUNCTION_VERSION, ASSET_VERSION = "serverless.function_version", "serverless.asset_version"
BUILD, DEPLOYMENT = "serverless.build", "serverless.deployment"
DOMAIN, CONTENT = "serverless.domain", "serverless.content"

Doc = dict[str, Any]
_URL_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


def conflict(message: str) -> ApiError:
    """409 with Twilio's code 20409."""
    return ApiError(409, 20409, message)


def refused(message: str) -> ApiError:
    """400 with Twilio's code 20001."""
    return ApiError(400, 20001, message)


def find(world: World, kind: str, sid: str, path: str, **equal: str) -> Doc:
    """A document whose fields are as given; 404."""
    doc = world.store.get(kind, sid)
    if doc is None or any(doc.get(name) != value for name, value in equal.items()):
        raise not_found(path)
    return doc


def at_most(name: str, value: str, length: int) -> str:
    """The value; 400 where it is longer (in bytes)."""
    if len(value.encode()) > length:
        raise invalid_parameter(name, f"at most {length} characters are allowed")
    return value


def url_name(name: str, value: str, length: int) -> str:
    """A value that becomes part of a domain; 400 where it cannot."""
    if not _URL_NAME.fullmatch(at_most(name, value, length)):
        raise invalid_parameter(name, "letters, digits and hyphens between them are allowed")
    return value


def stamps(world: World) -> dict[str, str]:
    """`date_created` and `date_updated` of something new."""
    now = iso(world.clock.now())
    return {"date_created": now, "date_updated": now}


def touch(world: World, doc: Doc) -> Doc:
    """The document with a new `date_updated`."""
    return doc | {"date_updated": iso(world.clock.now())}
