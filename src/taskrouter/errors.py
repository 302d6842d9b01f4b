"""What can be wrong, as values and exceptions.

ValueError
├── ExpressionError   a text is no expression: where, and what was expected there
├── UnquotableError   a string that no documented literal can hold
└── WorkflowError     a configuration breaks rules: every problem at once
"""

from collections.abc import Sequence
from dataclasses import dataclass


class ExpressionError(ValueError):
    """A text that is not a TaskRouter expression.

    `line` and `column` count from 1; `message` says what is wrong there and what is allowed.
    """

    def __init__(self, text: str, line: int, column: int, message: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.text = text
        self.line = line
        self.column = column
        self.message = message


class UnquotableError(ValueError):
    """A string that cannot be written in an expression: Twilio documents quotes, but no escapes."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: the JSON path (`task_routing.filters[0].expression`), what is wrong, what is allowed."""

    path: str
    what: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; allowed: {self.allowed}"


class WorkflowError(ValueError):
    """A workflow configuration that breaks the documented rules; `problems` holds all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
