"""What a policy is, what it may know, and what it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flexpark.environment.model import Environment
from flexpark.plan.model import Resource, Step
from flexpark.rendering.bundle import Bundle

Level: TypeAlias = Literal["mandatory", "advisory"]
Finding: TypeAlias = tuple[str, str]  # where, what is wrong

# The words of an environment's name that mean customers' live conversations.
PRODUCTION = frozenset({"prod", "production", "live"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What rules know besides what they judge: whose production it is, whether it is drained, which secrets exist.

    `secrets` are values that must appear nowhere; they are compared, never shown. `flex_workspace` is the SID of Flex's
    workspace, where it is known without asking.
    """

    production: bool = False
    drained: bool = False
    secrets: frozenset[str] = field(default_factory=frozenset, repr=False)
    flex_workspace: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One guard rail: its name, how it binds, what it says, what to do instead, and its rule in one of three forms."""

    name: str
    level: Level
    description: str
    remedy: str
    resource: Callable[[Resource, Circumstances], Iterator[str]] | None = None
    step: Callable[[Step, Circumstances], Iterator[str]] | None = None
    bundle: Callable[[Environment, Bundle, Circumstances], Iterator[Finding]] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """What a policy has to say: `mandatory: webhooks-https: <where>: <what>; <remedy>`."""

    policy: str
    level: Level
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.level}: {self.policy}: {self.where}: {self.what}; {self.remedy}"


def is_production(environment: str) -> bool:
    """Whether an environment's name has a word that means production: `prod`, `prod-eu`, `live`."""
    return not PRODUCTION.isdisjoint(environment.split("-"))
