"""Why an operation failed: the engine's words, without its noise, as an error of ours with its exit code.

The engine itself ends with 1 whatever a program or a provider says (docs/decisions/0201); so the class comes from what
was said.
"""

import re

from flexpark.cli.automation.command import EngineExit
from flexpark.cli.automation.steps import Recorder
from flexpark.errors import (
    AuthenticationError,
    Cancelled,
    ChangesFound,
    ConfigurationError,
    FlexparkError,
    PolicyError,
    ResourceError,
    StackNotFound,
    TimedOut,
)

BY_CODE: dict[int, type[FlexparkError]] = {
    error.exit_code: error
    for error in (
        ConfigurationError, AuthenticationError, ResourceError, PolicyError, StackNotFound, ChangesFound, Cancelled,
        TimedOut,
    )
}  # fmt: skip
# In the words of the provider (twilio_provider.faults, twilio_api.credentials), which reach us through the engine.
BY_WORDS: tuple[tuple[re.Pattern[str], type[FlexparkError]], ...] = (
    (re.compile(r"incorrect passphrase|passphrase must be set"), AuthenticationError),
    (re.compile(r"no Twilio credentials|TWILIO_\w+ is not|Twilio said 40[13]\b|does not accept the credentials"
                r"|the stack belongs to account"), AuthenticationError),
    (re.compile(r"Twilio said |gave no answer|ended as '"), ResourceError),
    (re.compile(r"cannot be deleted because it is protected|marked for protection"), PolicyError),
)  # fmt: skip
_LOCK = "the stack is currently locked by"
_LOCK_LINE = re.compile(r"(\S+): created by (.+?)@(\S+) \(pid (\d+)\) at (\S+)")
# What the engine adds once it has said what is wrong.
_NOISE = re.compile(r"^(error: )?(preview|update|refresh|destroy|import) failed$|^\d+ errors? occurred:?$")


class Locked(FlexparkError):  # noqa: N818 - named after what happened
    """Another command holds the stack. `owners` are those that a DIY backend names: (user, host, pid, since)."""

    def __init__(self, message: str, detail: str, owners: list[tuple[str, str, int, str]]) -> None:
        super().__init__(
            message,
            detail=detail,
            remedy="wait until it has ended, or let `--wait SECONDS` of `up` and `rollout` wait for it",
        )
        self.owners = owners


def failure(doing: str, ended: EngineExit, seen: Recorder | None, refusal: BaseException | None) -> FlexparkError:
    """The error of an operation that ended badly.

    `doing` names stack and operation. `refusal` is what the program raised; where an error of ours caused that, it is
    the answer, since it has its own words and exit code.
    """
    ours = refusal.__cause__ if refusal else None
    if ended.cancelled:
        return Cancelled(f"{doing}: cancelled")
    if isinstance(ours, FlexparkError):
        return ours
    text = f"{ended.stderr}\n{ended.stdout}"
    if _LOCK in text or "[409] Conflict: Another update is currently in progress" in text:
        return _locked(doing, text)
    if refusal is not None and _is_own_word(refusal):
        return _classed(doing, str(refusal), 1 if ours else 2)
    said = list(seen.policies if seen else []) + list(seen.errors if seen else [])
    said = [line for line in said if not _NOISE.match(line)]
    if ended.code < 0:
        said.insert(0, f"the engine was ended by signal {-ended.code}")
    said = said or _from_stderr(text)
    if seen and seen.policies:
        return PolicyError(f"{doing}: a mandatory policy refuses", detail="\n".join(said))
    return _classed(doing, "\n".join(said), ended.code)


def _is_own_word(refusal: BaseException) -> bool:
    import pulumi  # noqa: PLC0415 - loaded already where a program has run; a command's start does without it

    return isinstance(refusal, pulumi.RunError)


def _classed(doing: str, said: str, code: int) -> FlexparkError:
    kind = next((kind for pattern, kind in BY_WORDS if pattern.search(said)), None) or BY_CODE.get(code, FlexparkError)
    remedy = f"`pulumi stack init {doing.partition(':')[0]}` makes it" if kind is StackNotFound else ""
    return kind(f"{doing}: failed", detail=said, remedy=remedy)


def _locked(doing: str, text: str) -> Locked:
    found = [match.groups() for match in _LOCK_LINE.finditer(text)]
    return locked(doing, [(user, host, int(pid), since) for _, user, host, pid, since in found])


def locked(doing: str, owners: list[tuple[str, str, int, str]]) -> Locked:
    """The refusal of a stack that others hold: (user, host, pid, since) each."""
    told = "\n".join(f"{user}@{host}, process {pid}, since {since}" for user, host, pid, since in owners)
    return Locked(f"{doing}: another command holds the stack", told, owners)


def _from_stderr(text: str) -> list[str]:
    """What the engine printed of its own, where no event told anything."""
    lines = [line.strip() for line in text.splitlines()]
    told = [line.removeprefix("error:").strip() for line in lines if line.startswith("error:")]
    return list(dict.fromkeys(told)) or [text.strip()[-500:]]
