"""What flexpark refuses or fails with: one tree of errors, each with a message that is safe to show.

    FlexparkError               1  anything that went wrong and was foreseen
    ├── ConfigurationError      2  something written by the user is wrong
    │   ├── EnvironmentInvalid  2  a stack file or a layer: every problem at once
    │   └── RenderError         2  a template, a routing policy or functions_src: cannot be rendered
    ├── AuthenticationError     3  credentials are missing, wrong, or another account's
    ├── ResourceError           4  Twilio refused a resource
    ├── PolicyError             5  a guard rail says no
    ├── StackNotFound           6  there is no such stack
    ├── ChangesFound            7  there are changes where none were expected
    ├── Cancelled               8  stopped by the user
    └── TimedOut                9  took longer than allowed

The numbers are the exit codes of the Pulumi CLI, so a script can treat `flexpark` and `pulumi` alike.
A message never holds a credential and never shows a traceback's text.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file: `where: path: what; allowed`.

    `where` is a file relative to the project root, with a line when it is known (`file:12`); `path` names the setting
    in that file as the user wrote it (`flexpark:park.known_worker.timeout`); `allowed` may be empty.
    """

    where: str
    path: str
    what: str
    allowed: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.path}: {self.what}" if self.path else f"{self.where}: {self.what}"
        return f"{head}; {self.allowed}" if self.allowed else head


class FlexparkError(Exception):
    """The root: a message in up to three parts, and the exit code of the process that ends with it.

    `message` says what was being done and what is wrong, `detail` what the other side said (status, code, link),
    `remedy` what to try.
    """

    exit_code = 1

    def __init__(self, message: str, *, detail: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        return "\n".join(part for part in (self.message, self.detail, self.remedy) if part)


class ConfigurationError(FlexparkError):
    """Something the user wrote is wrong; nothing was created or changed."""

    exit_code = 2


class EnvironmentInvalid(ConfigurationError):  # noqa: N818  # named after what happened
    """A stack file or a layer is wrong. `problems` holds all that was found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RenderError(ConfigurationError):
    """A template, a routing policy or a module of functions_src cannot be rendered."""


class AuthenticationError(FlexparkError):
    """Credentials are missing or wrong, or they belong to another account than the stack's."""

    exit_code = 3


class ResourceError(FlexparkError):
    """Twilio refused to create, change or delete something."""

    exit_code = 4


class PolicyError(FlexparkError):
    """A guard rail refuses; the remedy says which step comes first."""

    exit_code = 5


class StackNotFound(FlexparkError):  # noqa: N818  # named after what happened
    """There is no stack file, or no stack, of this name."""

    exit_code = 6


class ChangesFound(FlexparkError):  # noqa: N818  # named after what happened
    """There are changes where none were expected."""

    exit_code = 7


class Cancelled(FlexparkError):  # noqa: N818  # named after what happened
    """Stopped by the user."""

    exit_code = 8


class TimedOut(FlexparkError):  # noqa: N818  # named after what happened
    """Took longer than allowed."""

    exit_code = 9
