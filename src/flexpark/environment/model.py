"""The settings of an environment as data: one field each, with type, default, range and meaning.

Shapes only. What spans several settings (unknown queue, duplicate name, lengths of derived names) is in rules.py.
The JSON Schema and docs/environment.md are made from, or tested against, these fields.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from flexpark.environment.durations import Ttl
from flexpark.environment.sids import AccountSid, Flow, QueueSid, WorkspaceSid

NAME_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
STACK_ID_PATTERN = r"^[0-9a-f]{16,32}$"

# FriendlyNames are 1 to 64 characters (twilio.com/docs/api/errors/20002).
FriendlyName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S([^\x00-\x1f\x7f]*\S)?$")]
Expression = Annotated[str, Field(min_length=1)]
# The Origin header of a browser: scheme, host and port, nothing after (RFC 6454).
ORIGIN_PATTERN = r"^(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?$"
Origin = Annotated[str, Field(pattern=ORIGIN_PATTERN)]
# As the provider takes them (twilio_provider.config).
REGION_PATTERN = r"^[a-z]{2}[0-9]$"
EDGE_PATTERN = r"^[a-z][a-z-]*$"
ENDPOINT_PATTERN = r"^https?://\S+$"
PinnedQueues = Annotated[
    Mapping[str, QueueSid],
    AfterValidator(lambda queues: MappingProxyType(dict(queues))),
    PlainSerializer(dict),
]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_default=True)


class QueueToCreate(_Settings):
    """A queue of ours: created, changed and deleted with the stack."""

    target_workers: Expression = Field(default="1==1", description="Which workers get its tasks, by attributes")
    max_reserved_workers: int = Field(default=1, ge=1, le=50, description="How many workers are offered a task at once")
    task_order: Literal["FIFO", "LIFO"] = Field(default="FIFO", description="Oldest or newest task first")
    renamed_from: FriendlyName | None = Field(
        default=None, description="The queue's `name` before: it is renamed in TaskRouter and keeps its SID"
    )


class ExistingQueue(_Settings):
    """A queue that is there already and is only looked up. Exactly one of the two."""

    name: FriendlyName | None = Field(default=None, description="The queue's friendly name in TaskRouter")
    sid: QueueSid | None = Field(default=None, description="The queue's SID")


class Queue(_Settings):
    """A queue that conversations are resumed in. Exactly one of `create` and `existing`."""

    name: FriendlyName = Field(description="What this file calls the queue; the friendly name of a created one")
    create: QueueToCreate | None = Field(default=None, description="Create the queue; `{}` takes all defaults")
    existing: ExistingQueue | None = Field(default=None, description="Look the queue up, never change it")

    @property
    def friendly_name(self) -> str | None:
        """The queue's friendly name in TaskRouter; None where only its SID is known."""
        if self.existing is not None:
            return self.existing.name
        return self.name


class Route(_Settings):
    """New work: the first route whose expression holds decides the queue."""

    name: FriendlyName = Field(description="The filter's name in the workflow")
    when: Expression = Field(description="A TaskRouter expression over the task's attributes")
    queue: str = Field(description="The queue's name in `queues`")


class KnownWorker(_Settings):
    """How long a resumed conversation waits for the agent who parked it."""

    timeout: int = Field(default=120, ge=1, le=86_400, description="Seconds to wait for the agent who parked it")
    when_unavailable: Literal["wait", "skip"] = Field(
        default="wait", description="`skip` goes to the queue at once when the agent cannot be offered the task"
    )


class ListTtl(_Settings):
    """How long a parked conversation is shown in the agent's list, by channel type; None: as `default`."""

    default: Ttl = Field(default=86_400, description="For every channel type without a value of its own")
    sms: Ttl | None = Field(default="none", description="For SMS")
    web: Ttl | None = Field(default=None, description="For web chat")
    chat: Ttl | None = Field(default=None, description="For programmable chat")
    whatsapp: Ttl | None = Field(default=None, description="For WhatsApp")
    email: Ttl | None = Field(default=None, description="For e-mail")
    messenger: Ttl | None = Field(default=None, description="For Facebook Messenger")
    gbm: Ttl | None = Field(default=None, description="For Google Business Messages")


class Resume(_Settings):
    """Where a conversation goes when its customer writes again."""

    destination: Literal["workflow", "queue", "worker", "studio"] = Field(
        default="workflow",
        description="A workflow; `queue`; `worker`: the agent who parked it, then `queue`; or `studio`: a flow first",
    )
    workflow: Literal["park", "original"] = Field(
        default="park", description="`park`: this stack's workflow; `original`: the one that routed it before"
    )
    queue: str | None = Field(default=None, description="For `queue` and `worker`: the queue's name in `queues`")
    flow: Flow | None = Field(default=None, description="For `studio`: the flow, which ends in `unpark-from-studio`")
    flow_timeout: int = Field(
        default=600, ge=30, le=86_400, description="Seconds the flow may take; then it goes on without it"
    )


class Park(_Settings):
    """The park feature."""

    enabled: bool = Field(default=True, description="`false` provisions nothing of the feature")
    show_list: bool = Field(default=True, description="Keep a list of parked conversations for each agent")
    match_queue_by: Literal["sid", "name"] = Field(
        default="sid", description="Which attribute of `originalRouting` finds the queue again"
    )
    known_worker: KnownWorker = Field(default_factory=KnownWorker)
    list_ttl: ListTtl = Field(default_factory=ListTtl)
    resume: Resume = Field(default_factory=Resume)
    agent_resume: Literal["direct", "workflow"] = Field(
        default="direct", description="A resume by an agent goes straight to that agent, or through the workflow"
    )
    task_timeout: int = Field(
        default=86_400, ge=60, le=1_209_600, description="Seconds a resumed task may wait in all (at most two weeks)"
    )
    reinvites: int = Field(
        default=2, ge=0, le=10, description="Invites after the first that nobody took, before it is parked again"
    )
    on_expired: Literal["new_interaction", "close"] = Field(
        default="new_interaction",
        description="A message after the channel's 180 days: work again, or the conversation is closed",
    )
    mirror_attributes: bool = Field(
        default=False, description="Show the park state under `flexpark` in the conversation's attributes as well"
    )
    allowed_origins: tuple[Origin, ...] = Field(
        default=("https://flex.twilio.com",), min_length=1, description="Web origins that may call the functions"
    )
    durable_wake: bool = Field(
        default=False, description="Wake through Event Streams as well: each message in the account costs a call"
    )
    flex_ui: bool = Field(
        default=False, description="Set `park_interaction` in the account's Flex Configuration, and no other key of it"
    )


class Pinned(_Settings):
    """SIDs of what is looked up otherwise: with them, a plan without changes makes no request."""

    workspace_sid: WorkspaceSid | None = Field(default=None, alias="workspaceSid", description="Flex's workspace")
    queues: PinnedQueues = Field(default_factory=dict, description="Queue SIDs by the queue's name in `queues`")


class LayerSettings(_Settings):
    """What a layer may say, and what a stack file may say over it."""

    queues: tuple[Queue, ...] = Field(min_length=1, description="In the order of the workflow's filters")
    default_queue: str = Field(description="The queue of everything no filter matches")
    routes: tuple[Route, ...] = Field(default=(), description="New work, after the filters for resumed conversations")
    park: Park = Field(default_factory=Park)
    pinned: Pinned = Field(default_factory=Pinned)


class Environment(LayerSettings):
    """One customer's environment, valid and frozen. Made by `load_environment` or `environment_from_config` alone."""

    version: Literal[1] = Field(description="The version of this file's format")
    customer: str = Field(pattern=NAME_PATTERN, description="Small letters, digits and single dashes")
    environment: str = Field(pattern=NAME_PATTERN, description="As the customer; also the domain's suffix")
    layer: str = Field(pattern=NAME_PATTERN, description="A file of templates/environments, without .yaml")
    stack_id: str = Field(
        pattern=STACK_ID_PATTERN, alias="stackId", description="Random hexadecimal digits, written once at creation"
    )
    account_sid: AccountSid = Field(alias="twilio:accountSid", description="The only account this stack may touch")
    # How the provider, and commands that ask Twilio themselves, get there. None: the environment variable says it.
    region: str | None = Field(
        default=None,
        pattern=REGION_PATTERN,
        alias="twilio:region",
        description="Where Twilio keeps the stack's data, for good; else `TWILIO_REGION`",
    )
    edge: str | None = Field(
        default=None,
        pattern=EDGE_PATTERN,
        alias="twilio:edge",
        description="Where requests enter Twilio's network; else `TWILIO_EDGE`",
    )
    endpoint: str | None = Field(
        default=None,
        pattern=ENDPOINT_PATTERN,
        alias="twilio:endpoint",
        description="An emulator's address; else `TWILIO_ENDPOINT`",
    )
    credentials_file: str | None = Field(
        default=None,
        min_length=1,
        alias="twilio:credentialsFile",
        description="A file of credentials, relative to `infra/`; else `TWILIO_CREDENTIALS_FILE`",
    )
    credentials_command: str | None = Field(
        default=None,
        min_length=1,
        alias="twilio:credentialsCommand",
        description="A command that prints credentials; else `TWILIO_CREDENTIALS_COMMAND`",
    )

    @property
    def stack_name(self) -> str:
        """The Pulumi stack, `<customer>-<environment>`; never parsed back."""
        return f"{self.customer}-{self.environment}"

    @property
    def service_name(self) -> str:
        """The name of the Serverless and the Sync service, at most 50 characters."""
        return service_name(self.customer, self.environment)

    @property
    def domain_suffix(self) -> str:
        """The ServerlessEnvironment's domain suffix, at most 16 characters."""
        return self.environment

    def queue(self, name: str) -> Queue:
        """The queue of this name; KeyError where there is none, which validation excludes for our own references."""
        for queue in self.queues:
            if queue.name == name:
                return queue
        raise KeyError(name)


def service_name(customer: str, environment: str) -> str:
    """What the stack's services are called, before anything is validated."""
    return f"flexpark-{customer}-{environment}"
