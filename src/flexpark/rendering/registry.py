"""The functions a stack deploys: one line each. A new function is a line here and a template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flexpark.environment.model import Environment

Visibility: TypeAlias = Literal["public", "protected", "private"]


@dataclass(frozen=True, slots=True)
class FunctionEntry:
    """A function's path, who may call it, its template, and which environments need it."""

    path: str
    visibility: Visibility
    template: str
    needed: Callable[[Environment], bool]


def _always(_environment: Environment) -> bool:
    return True


def _with_studio(environment: Environment) -> bool:
    return environment.park.resume.destination == "studio"


def _with_list(environment: Environment) -> bool:
    return environment.park.show_list


# `public`: the function itself checks a Flex token. `protected`: Twilio checks X-Twilio-Signature before it runs.
FUNCTIONS: tuple[FunctionEntry, ...] = (
    FunctionEntry("/park", "public", "functions/park.js.j2", _always),
    FunctionEntry("/unpark", "public", "functions/unpark.js.j2", _always),
    FunctionEntry("/parked", "public", "functions/parked.js.j2", _with_list),
    FunctionEntry("/close", "public", "functions/close.js.j2", _always),
    FunctionEntry("/unpark-on-message", "protected", "functions/unpark-on-message.js.j2", _always),
    FunctionEntry("/unpark-from-studio", "protected", "functions/unpark-from-studio.js.j2", _with_studio),
    FunctionEntry("/task-events", "protected", "functions/task-events.js.j2", _always),
    FunctionEntry("/reconcile", "protected", "functions/reconcile.js.j2", _always),
    FunctionEntry("/flexpark/settings", "private", "functions/settings.js.j2", _always),
)
