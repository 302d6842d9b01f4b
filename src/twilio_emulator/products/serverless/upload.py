"""Routes of serverless-upload.twilio.com: versions as multipart forms of Path, Visibility and Content.

Source: https://www.twilio.com/docs/serverless/api/resource/function-version (not in Twilio's OpenAPI: the names of the
operations are ours).
"""

from typing import Any

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import missing_parameter
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import code, views
from twilio_emulator.products.serverless.code import ASSETS, FUNCTIONS, Code
from twilio_emulator.products.serverless.routes_code import code_of


def _content(call: Call) -> bytes:
    """The uploaded file, or a plain field of that name."""
    upload = call.form.file("Content")
    if upload is not None:
        return bytes(upload.file.read())
    text = call.form.get("Content")
    if text is None:
        raise missing_parameter("Content")
    return text.encode()


def _route(kind: Code) -> Route:
    def create(world: World, call: Call) -> dict[str, Any]:
        owner = code_of(world, call, kind, f"{kind.name}Sid")
        sent = {"path": call.form.required("Path"), "visibility": call.form.required("Visibility")}
        return views.version(kind, code.create_version(world, kind, owner, **sent, content=_content(call)))

    path = f"/v1/Services/{{ServiceSid}}/{kind.name}s/{{{kind.name}Sid}}/Versions"
    return Route("POST", path, f"Create{kind.name}Version", create, 201)


UPLOAD_ROUTES = [_route(FUNCTIONS), _route(ASSETS)]
