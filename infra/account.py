"""What is in the account already and only looked up.

Flex's workspace, and queues that the stack uses but does not own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import TypeVar

import pulumi
import pulumi_twilio as twilio

from flexpark import Environment, ExistingQueue, Queue

T = TypeVar("T")

# What the engine and the SDK put before the words of the provider.
_AROUND = re.compile(r"^invoke of \S+ failed: (?:invocation of \S+ returned an error: )?(?:looking up \S+: )?")
_ABSENT = "Twilio said 404"


@dataclass(frozen=True)
class Account:
    """SIDs of what was there before: the workspace (WS...), and existing queues (name -> WQ...)."""

    workspace_sid: str
    queue_sids: Mapping[str, str]


def look_up(environment: Environment, options: pulumi.InvokeOptions) -> Account:
    """Find what the stack builds on. What is pinned in the stack file, or given by SID, costs no request.

    It waits for the answers, so that a wrong name or wrong credentials end the program before any resource is declared.
    Raises `pulumi.RunError` with everything that was not found.
    """
    problems: list[str] = []
    workspace = _try("Flex's workspace", lambda: _workspace(environment, options), problems)
    queues: dict[str, str] = {}
    for index, queue in enumerate(environment.queues):
        if queue.existing is None or workspace is None:
            continue
        place = f"flexpark:queues[{index}].existing"
        found = _try(place, _finder(environment, queue, queue.existing, workspace, options), problems)
        if found is not None:
            queues[queue.name] = found
    if workspace is None or problems:
        raise pulumi.RunError(
            "what the environment builds on could not be looked up; nothing was created or changed:\n"
            + indent("\n".join(problems), "  ")
        )
    return Account(workspace, queues)


def _try(what: str, ask: Callable[[], T], problems: list[str]) -> T | None:
    """What `ask` finds, or None and one problem more; the SDK raises a bare `Exception` for a look-up that fails."""
    try:
        return ask()
    except Exception as error:  # one kind for all: what went wrong is in its text
        problems.append(f"{what}: {_AROUND.sub('', str(error)).strip()}")
        return None


def _workspace(environment: Environment, options: pulumi.InvokeOptions) -> str:
    """Flex's own workspace, through the Flex Configuration: an account may have others."""
    if environment.pinned.workspace_sid is not None:
        return str(environment.pinned.workspace_sid)
    try:
        found = twilio.flex.get_configuration(opts=options).taskrouter_workspace_sid
    except Exception as error:
        if _ABSENT not in str(error):
            raise
        found = None
    if not found:
        raise pulumi.RunError("this account has no Flex; set it up in the account first")
    return str(found)


def _finder(
    environment: Environment, queue: Queue, existing: ExistingQueue, workspace: str, options: pulumi.InvokeOptions
) -> Callable[[], str]:
    """How to find a queue that is there already: by the SID that the stack file gives or pins, else by its name."""

    def find() -> str:
        known = existing.sid or environment.pinned.queues.get(queue.name)
        if known is not None:
            return str(known)
        found = twilio.taskrouter.get_task_queue(workspace_sid=workspace, friendly_name=existing.name, opts=options)
        return str(found.sid)

    return find
