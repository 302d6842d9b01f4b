"""The catalogue: one frozen record per managed type, read from the checked-in ``catalogue.json``.

A name is the Pulumi property (camelCase); a wire name is what Twilio reads or writes. Paths are templates over
property names, ``{sid}`` being the item's own.
"""

from dataclasses import asdict, dataclass
from typing import Any

from twilio_provider.catalogue import aliases

ACCOUNT = "accountSid"
BEFORE = "before"
# Among recorded inputs: those that an import wrote, with all that Twilio shows, and no program has given yet. The
# engine shows no property with such a name to anyone.
IMPORTED = "__imported"


@dataclass(frozen=True)
class Input:
    """One input of a type. ``create`` and ``update`` are its wire names there, None where it cannot be sent.

    ``parent`` is True for a part of the path. ``always`` ones go with every update, since Twilio requires them.
    ``blind`` ones are said once, at the create, and never shown again: to say one later changes nothing.
    """

    name: str
    schema: dict[str, Any]
    required: bool
    create: str | None
    update: str | None
    parent: bool = False
    replace: bool = False
    doc: str = ""
    always: bool = False
    blind: bool = False


@dataclass(frozen=True)
class Output:
    """One output of a type and its name in Twilio's JSON (dotted where nested). Look-ups alone give a volatile one."""

    name: str
    wire: str
    schema: dict[str, Any]
    volatile: bool = False
    doc: str = ""


@dataclass(frozen=True)
class ResourceType:
    """A managed type: where it lives, what it takes and gives, and what its overlay adds.

    ``own`` is the property at the end of an item's path; it is not a SID where ``sid``, the prefix, is empty.
    A ``singleton`` is there without a create, at a path of ``parents`` alone (``own`` is empty, item and collection are
    the same). ``prefixes`` are the SID prefixes of the parents: "" for a text of any kind, None where not known.
    ``encoding`` is that of a body, form or json; ``changing`` the method of an update. ``gone`` is a wire name and the
    value that stands for deleted. ``plural`` names the function that lists them, "" where Twilio has no list. Of each
    group in ``one_of`` exactly one input is given.
    """

    token: str
    host: str
    version: str
    collection: str
    item: str
    parents: tuple[str, ...]
    sid: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    updatable: bool
    filters: tuple[tuple[str, str], ...]
    doc: str
    key: tuple[str, ...] = ()
    lookup: str | None = None
    codecs: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    defaults: tuple[tuple[str, Any], ...] = ()
    stable: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    upload: str | None = None
    asset: str | None = None
    delete: str = "request"
    why_delete: str = ""
    lost: str = ""
    wait: tuple[str, tuple[str, ...], tuple[str, ...]] | None = None
    marker: str | None = None
    twin: str | None = None
    harmless: bool = False
    own: str = "sid"
    members: tuple[str, str, str] | None = None
    listed: bool = True
    held_by: tuple[str, str] | None = None
    once: tuple[str, ...] = ()
    singleton: bool = False
    prefixes: tuple[tuple[str, str | None], ...] = ()
    encoding: str = "form"
    changing: str = "POST"
    gone: tuple[str, Any] | None = None
    plural: str = ""
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """The short name, for messages: ``taskrouter:Workflow``."""
        return self.token.removeprefix("twilio:")

    @property
    def get_token(self) -> str:
        """The token of the function that looks one up."""
        package, module, name = self.token.split(":")
        return f"{package}:{module}:get{name}"

    @property
    def list_token(self) -> str:
        """The token of the function that lists them; empty where Twilio has no list."""
        package, module, _ = self.token.split(":")
        return f"{package}:{module}:list{self.plural}" if self.plural else ""

    @property
    def beside_lookup(self) -> tuple[str, ...]:
        """What else of the key a look-up may say: the rest of a key of which ``lookup`` is a part."""
        return tuple(name for name in self.key if name != self.lookup) if self.lookup in self.key else ()

    def input(self, name: str) -> Input | None:
        """The input of that name, or None."""
        return next((i for i in self.inputs if i.name == name), None)

    @property
    def own_wire(self) -> str:
        """The name in Twilio's JSON of the last part of an item's path."""
        return next((o.wire for o in self.outputs if o.name == self.own), self.own)

    def codec(self, name: str) -> str:
        """The codec's name of a property, ``plain`` where nothing is said."""
        return dict(self.codecs).get(name, "plain")


@dataclass(frozen=True)
class Catalogue:
    """All types, in the order of the overlays."""

    sdk: str
    resources: tuple[ResourceType, ...]

    def resource(self, token: str) -> ResourceType | None:
        """The type that has, or has had, that token; or None."""
        named = aliases.today(token)
        return next((r for r in self.resources if r.token == named), None)

    def looked_up(self, token: str) -> ResourceType | None:
        """The type that the function of that token finds one or all of, or None."""
        return next((r for r in self.resources if token in {r.get_token, r.list_token}), None)


def to_json(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as plain data, for the checked-in file."""
    return asdict(catalogue)


def from_json(data: dict[str, Any]) -> Catalogue:
    """The catalogue back from plain data."""
    return Catalogue(
        sdk=data["sdk"],
        resources=tuple(_resource(r) for r in data["resources"]),
    )


def _resource(data: dict[str, Any]) -> ResourceType:
    values = dict(data)
    values["inputs"] = tuple(Input(**i) for i in data["inputs"])
    values["outputs"] = tuple(Output(**o) for o in data["outputs"])
    for name in ("parents", "key", "secrets", "stable", "immutable", "once"):
        values[name] = tuple(data[name])
    for name in ("filters", "codecs", "defaults", "prefixes"):
        values[name] = tuple((pair[0], pair[1]) for pair in data[name])
    for name in ("members", "held_by", "gone"):
        values[name] = tuple(data[name]) if data[name] is not None else None
    values["one_of"] = tuple(tuple(group) for group in data["one_of"])
    if data["wait"] is not None:
        values["wait"] = (data["wait"][0], tuple(data["wait"][1]), tuple(data["wait"][2]))
    return ResourceType(**values)
