"""The stack's account at Twilio: credentials, clock, and what Flex has to be for parking to work."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from twilio_api.door import Door
from twilio_api.errors import Refused, TwilioError

from flexpark import load_environment, stack_file
from flexpark.cli.account import auth_token, endpoint_of, open_door
from flexpark.cli.doctor.model import Finding, Patient, State
from flexpark.errors import ConfigurationError, FlexparkError

ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/{}.json"
FLEX = "https://flex-api.twilio.com/v1/Configuration"
CONVERSATIONS = "https://conversations.twilio.com/v1/Configuration"
UI_2 = re.compile(r"[\^~>=v ]*2(\.|$)")
# Seconds. Twilio's tokens are valid from their `nbf` on; Flex's own allow no more than minutes.
SKEW_WARNING, SKEW_PROBLEM = 30, 300
EMULATED = Finding("clock", "skipped", "an emulator has a clock of its own, which may be advanced")


def account(patient: Patient) -> Iterator[Finding]:
    """All that the account is asked for; the first failure ends it, since the rest would fail alike."""
    if patient.stack is None:
        return
    try:
        file = stack_file(patient.root, patient.stack)
        environment = load_environment(patient.root, file)
    except FlexparkError as error:
        yield Finding("environment", "problem", error.message.splitlines()[0], f"`flexpark validate {patient.stack}`")
        return
    try:
        door = open_door(environment, patient.environ, config_file=file)
    except ConfigurationError as error:
        yield Finding("address", "problem", _without_name(patient, error), "set it right, or leave it out")
        return
    except FlexparkError as error:
        remedy = error.remedy or "docs/cli.md says where they are taken from"
        yield Finding("credentials", "problem", _without_name(patient, error), remedy)
        return
    try:
        answer = door.request("GET", ACCOUNT.format(environment.account_sid))
        yield from _credentials(patient, door, answer.json)
        yield EMULATED if endpoint_of(environment, patient.environ) else clock(answer.at)
        yield from _flex(door)
    except Refused as error:
        remedy = "is the token this account's? See console.twilio.com" if error.status == 401 else "see the link"
        yield Finding("credentials", "problem", f"Twilio refuses: {error}", remedy)
    except TwilioError as error:
        remedy = "is the network there, and the region, edge or endpoint right?"
        yield Finding("credentials", "problem", str(error), remedy)


def _without_name(patient: Patient, error: FlexparkError) -> str:
    """What is wrong, without the stack's name, which whoever reads it has given; with what the other side said."""
    said = f"{error.message}: {error.detail.splitlines()[-1]}" if error.detail else error.message
    return "; ".join(said.removeprefix(f"{patient.stack}: ").splitlines())


def _credentials(patient: Patient, door: Door, said: dict[str, Any]) -> Iterator[Finding]:
    status = said.get("status", "active")
    if status != "active":
        yield Finding("credentials", "problem", f"the account is {status}", "see console.twilio.com")
    elif not auth_token(door.credentials, patient.environ):
        what = "an API key alone: drain, reconcile and parked call signed functions, and a key cannot sign"
        yield Finding("credentials", "warning", what, "set TWILIO_AUTH_TOKEN as well where these are run")
    else:
        yield Finding("credentials", "ok", f"Twilio accepts them for {said.get('sid', 'the account')}")


def clock(at: datetime) -> Finding:
    """How far this machine's clock is from the moment of an answer of Twilio."""
    skew = (datetime.now(UTC) - at).total_seconds()
    told = f"this machine's clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Twilio's"
    if abs(skew) <= SKEW_WARNING:
        return Finding("clock", "ok", "within half a minute of Twilio's")
    state: State = "problem" if abs(skew) > SKEW_PROBLEM else "warning"
    return Finding("clock", state, told, "set it by NTP (`timedatectl set-ntp true`)")


def _flex(door: Door) -> Iterator[Finding]:
    try:
        flex = door.request("GET", FLEX).json
    except Refused as error:
        if not error.absent:
            raise
        yield Finding("flex", "problem", "the account has no Flex", "set Flex up in the account first")
        return
    version = str(flex.get("ui_version") or "")
    if UI_2.match(version):
        yield Finding("flex ui", "ok", f"Flex UI {version}")
    else:
        what = f"Flex UI is {version or 'not set'}; the park buttons need 2.x"
        yield Finding("flex ui", "problem", what, "choose 2.x in the Flex Console: Settings, Flex UI")
    chat = flex.get("chat_service_instance_sid")
    default = door.request("GET", CONVERSATIONS).json.get("default_chat_service_sid")
    if chat == default:
        yield Finding("chat service", "ok", "the Flex Chat Service is the default of Conversations")
    else:
        what = (
            f"the default service of Conversations is {default}, Flex's is {chat}: webhooks would look in the wrong one"
        )
        remedy = f"POST {CONVERSATIONS} DefaultChatServiceSid={chat}, or Console: Conversations, Defaults"
        yield Finding("chat service", "problem", what, remedy)
