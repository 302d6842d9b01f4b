"""The text of a new stack file, with comments for whoever opens it next."""

import json
import secrets
from collections.abc import Mapping

SCHEMA_COMMENT = "# yaml-language-server: $schema=../schemas/stack.json"

_TEXT = """\
{schema}
# {customer}'s environment {environment}. What is not said here comes from the layer, in templates/environments.
# Every setting: docs/environment.md. Where a value comes from: flexpark explain KEY -s {stack}
config:
  flexpark:version: 1
  flexpark:customer: {customer_yaml}
  flexpark:environment: {environment_yaml}
  flexpark:layer: {layer_yaml}
  # Identifies the stack to the provider. Never changed, and never copied to another stack.
  flexpark:stackId: {stack_id}
  # The only account that this stack may touch.
  twilio:accountSid: {account_yaml}
"""
_QUEUES = """\
  # Changes the layer's queues by name: queues of the account that are there already are looked up, never changed.
  flexpark:queues:
"""


def new_stack_id() -> str:
    """Random hexadecimal digits that no YAML reader takes for a number: the first one is a letter."""
    return secrets.choice("abcdef") + secrets.token_hex(8)[1:]


def new_stack_text(
    customer: str, environment: str, *, layer: str, account_sid: str, queues: Mapping[str, str], stack_id: str
) -> str:
    """The stack file's text. `queues`: SIDs of existing queues by name. What is odd is quoted, not refused."""
    text = _TEXT.format(
        schema=SCHEMA_COMMENT,
        customer=json.dumps(customer)[1:-1],
        environment=json.dumps(environment)[1:-1],
        stack=json.dumps(f"{customer}-{environment}")[1:-1],
        customer_yaml=_plain(customer),
        environment_yaml=_plain(environment),
        layer_yaml=_plain(layer),
        account_yaml=_plain(account_sid),
        stack_id=stack_id,
    )
    if queues:
        lines = (
            f"    {json.dumps(name, ensure_ascii=False)}: {{existing: {{sid: {_plain(sid)}}}}}\n"
            for name, sid in queues.items()
        )
        text += _QUEUES + "".join(lines)
    return text


def _plain(value: str) -> str:
    """A YAML scalar that is text: quoted unless it is letters with dashes, and none of YAML's words."""
    plain = value.isascii() and value[:1].isalpha() and value.replace("-", "").isalnum()
    return (
        value
        if plain and value not in {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
        else json.dumps(value)
    )
