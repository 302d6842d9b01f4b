"""One existing stack, opened through Pulumi's Automation API: its outputs, its protection, its protected functions."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from pulumi import automation as auto
from twilio_api.functions import FunctionAnswer, call_function

from flexpark.cli import engine
from flexpark.cli.account import endpoint_of, signing_token
from flexpark.cli.root import ROOT
from flexpark.environment.load import load_environment
from flexpark.errors import AuthenticationError, EnvironmentInvalid, FlexparkError, ResourceError, StackNotFound

# Webhooks and records of conversations parked for months hang on these: the program protects them, drain lifts it.
# The subscription comes last in the program: while it is protected the engine deletes nothing that it depends on.
PROTECTED_TYPES = frozenset(
    {"twilio:serverless:Service", "twilio:serverless:Environment", "twilio:sync:Service", "twilio:events:Subscription"}
)


# The functions answer these when the same call may succeed later; each of their actions can be repeated.
RETRYABLE = frozenset({429, 503})
PAUSES = (1, 2, 4)  # seconds


class OpenStack:
    """A stack that exists in the backend."""

    def __init__(self, name: str, stack: auto.Stack, environ: Mapping[str, str]) -> None:
        self.name = name
        self._stack = stack
        self._environ = environ
        self._signing: tuple[str, str | None] | None = None
        self.outputs: dict[str, Any] = {key: output.value for key, output in stack.outputs().items()}

    def call(self, function: str, **form: str) -> Mapping[str, Any]:
        """Call a protected function of this stack, signed.

        Raises `AuthenticationError` or `ResourceError` with what it answered.
        """
        url = self.outputs.get("functionUrls", {}).get(function)
        if url is None:
            raise ResourceError(
                f"{self.name}: there is no deployed function {function!r}",
                remedy=f"`pulumi up --stack {self.name}` first",
            )
        answer = self._answer(function, url, form)
        for pause in PAUSES:
            if answer.status not in RETRYABLE:
                break
            time.sleep(pause)
            answer = self._answer(function, url, form)
        if answer.status == 403:
            raise AuthenticationError(
                f"{self.name}: {function} refused the signature", remedy="is the auth token this account's?"
            )
        if answer.status >= 400:
            said = answer.body.get("error", {})
            raise ResourceError(
                f"{self.name}: {function} answered {answer.status}",
                detail=f"{said.get('code', '')}: {said.get('message', '')}",
            )
        return answer.body

    def _signed_with(self, function: str) -> tuple[str, str | None]:
        """The auth token, and the emulator's address if there is one. Found once: a command may ask its user."""
        if self._signing is None:
            needed = (
                f"{self.name}: calling {function} needs the account's auth token, since only that can sign a request"
            )
            remedy = "set TWILIO_AUTH_TOKEN; an API key cannot sign"
            try:
                token, endpoint = self._found()
            except AuthenticationError as error:
                said = error.message.removeprefix(f"{self.name}: ")
                remedy = f"docs/cli.md says where it is taken from; where no file, command or config gives it, {remedy}"
                raise AuthenticationError(needed, detail=said, remedy=remedy) from error
            if not token:
                raise AuthenticationError(needed, detail="the stack's credentials are an API key", remedy=remedy)
            self._signing = token, endpoint
        return self._signing

    def _found(self) -> tuple[str | None, str | None]:
        """By the stack's file. Where that is gone or wrong, what is deployed can still be called by who has the token
        in the environment: it may have to be drained.
        """
        try:
            environment = load_environment(ROOT, self.name)
        except (StackNotFound, EnvironmentInvalid):
            token = self._environ.get("TWILIO_AUTH_TOKEN")
            if not token:
                raise
            return token, self._environ.get("TWILIO_ENDPOINT") or None
        return signing_token(environment, self._environ), endpoint_of(environment, self._environ)

    def _answer(self, function: str, url: str, form: Mapping[str, str]) -> FunctionAnswer:
        token, endpoint = self._signed_with(function)
        try:
            return call_function(url, form, auth_token=token, endpoint=endpoint)
        except requests.RequestException as error:
            raise FlexparkError(f"{self.name}: {function} did not answer", detail=type(error).__name__) from error

    def batches(self, function: str, **form: str) -> Iterator[Mapping[str, Any]]:
        """Call a function that works in batches until it says `complete`, each time from where the last one ended."""
        cursor = ""
        while True:
            answer = self.call(function, **form, cursor=cursor)
            yield answer
            if answer["complete"]:
                return
            cursor = str(answer["cursor"])

    def set_protection(self, *, on: bool) -> list[str]:
        """Protect, or no longer protect, what the program always protects. Answers the URNs that were changed.

        Raises `FlexparkError` with what the engine said, such as that another command holds the stack.
        """
        try:
            return self._protect(on=on)
        except auto.CommandError as error:
            raise _refused(f"{self.name}: the engine refused to change the protection", error) from error

    def _protect(self, *, on: bool) -> list[str]:
        deployment = self._stack.export_stack().deployment or {}
        urns = [
            resource["urn"]
            for resource in deployment.get("resources", [])
            if resource["type"] in PROTECTED_TYPES and bool(resource.get("protect")) is not on
        ]
        if urns:
            workspace = self._stack.workspace
            arguments = ["state", "protect" if on else "unprotect", *urns, "--yes", "--stack", self.name]
            workspace.pulumi_command.run(arguments, workspace.work_dir, dict(workspace.env_vars))
        return urns


def open_stack(name: str, environ: Mapping[str, str] | None = None) -> OpenStack:
    """Open a stack of this checkout's project. Raises `StackNotFound`, or `FlexparkError` with what the engine said.

    `environ` stands for the process's environment variables where it is given.
    """
    environ = os.environ if environ is None else environ
    found = engine.need()
    command = auto.PulumiCommand() if found.on_path else auto.PulumiCommand(root=str(found.root))
    wanted = {key: value for key, value in environ.items() if key.startswith(("PULUMI_", "TWILIO_")) or key == "PATH"}
    try:
        workspace = auto.LocalWorkspace(work_dir=str(ROOT), pulumi_command=command, env_vars=wanted)
        return OpenStack(name, auto.Stack.select(name, workspace), environ)
    except auto.StackNotFoundError as error:
        there = ", ".join(sorted(stack.name for stack in workspace.list_stacks())) or "none"
        raise StackNotFound(
            f"{name}: no such stack in the backend; there are: {there}", remedy=f"`pulumi stack init {name}` makes one"
        ) from error
    except auto.CommandError as error:
        raise _refused(f"{name}: the engine refused to open the stack", error) from error


def _refused(doing: str, error: auto.CommandError) -> FlexparkError:
    return FlexparkError(doing, detail=_last_lines(str(error)))


def _last_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith(("stderr:", "error:"))]
    return "\n".join(lines) or json.dumps(text[-300:])
