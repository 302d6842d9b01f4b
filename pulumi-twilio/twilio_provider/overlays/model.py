"""What the SDK cannot say about a type, as data. The fields are the vocabulary of every overlay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ExtraInput:
    """An input that the SDK's signatures lack or type too loosely. ``schema`` is a Pulumi property schema."""

    name: str
    schema: Mapping[str, Any]
    required: bool = False
    wire: str | None = None
    always: bool = False


@dataclass(frozen=True)
class Overlay:
    """One managed type.

    - ``sdk``: product, version and name of the SDK's list; ``token``: the type's Pulumi token.
    - ``sid``: prefix of the SIDs of this type; import and look-ups check it.
    - ``key``: inputs that Twilio keeps unique within the parent. While they and the parent stay, a replacement
      has to delete first.
    - ``lookup``: the input by which ``get`` finds an item besides its SID.
    - ``codecs``: property -> name of a codec (see ``codecs.py``) for values that are not sent as they are.
    - ``secrets``: inputs and outputs that are secret whether or not the program says so.
    - ``defaults``: what Twilio falls back to; sent by an update when a program stops giving the input.
    - ``dropped``: parameters that are flags of one request, not properties of a thing.
    - ``replace``: properties that an update could change but must not; ``stable``: outputs no update changes.
    - ``volatile``: outputs that change without anyone's doing; a resource does not keep them, ``get`` gives them.
    - ``immutable``: inputs that may not even change by replacement, as long as the parent stays.
    - ``upload``: the create is a multipart POST to this host; ``asset``: the input that is a file.
    - ``shapes``: schemas of inputs that the SDK types too loosely, and of which nothing else is to be said.
    - ``required``: inputs that Twilio requires and the SDK does not: a model object does not say which are.
    - ``hidden``: outputs that are not of the thing: those of an error, or of the operation that makes it.
    - ``one_of``: inputs of which exactly one is given.
    - ``path``: names of path variables where Twilio's is none for people; path variable -> property.
    - ``own_wire``: what the answer calls the last of them, where it is called otherwise.
    - ``singleton``: it is there already; a create updates it, and a delete puts back what was there before.
    - ``encoding``: of a body, where the SDK does not show it.
    - ``gone``: a wire name and the value that stands for deleted: what is archived, for one.
    - ``plural``: how the function that lists them calls them, where that is not the name with an s.
    - ``delete``: ``request``, unless it says otherwise; ``attempt`` where Twilio may refuse and the thing then goes
      with its parent; ``nothing`` where Twilio has no delete, or one we must not make; ``undeploy``, which deploys
      nothing in its place; ``archive``, a POST below it; ``restore``, what singletons have unless they say otherwise.
    - ``lost``: what goes with it for good when it is deleted or replaced: the reference then says to protect it.
    - ``why_delete``: the reason for anything but ``request``, for the reference.
    - ``wait``: property and values: a create is polled until one of the values is reached.
    - ``marker``: an input (a JSON object) that may carry the owner marker under a reserved key.
    - ``harmless``: a second copy serves nothing, so a create whose fate is unknown is simply repeated.
    - ``members``: an input that is a collection below the item: its name, the collection, a member's name.
    - ``listed``: whether a listing shows an item in full; ``held_by``: another collection that shows such items, and
      where in its JSON.
    - ``renamed``: outputs that Twilio calls otherwise than the input they show; wire name -> property.
    - ``shown``: inputs that Twilio shows under another name that is a property already; input -> wire name.
    - ``below``: a part of the collection's path, where lists of one name differ by that; ``created_by``: the SDK's list
      that creates it, where that is another one; ``once``: outputs that only the create's answer shows.
    - ``twin``: how a second copy after a crash is repaired, or None where none can arise.
    """

    sdk: tuple[str, str, str]
    token: str
    sid: str
    doc: str
    key: tuple[str, ...] = ()
    lookup: str | None = None
    codecs: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    stable: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    inputs: tuple[ExtraInput, ...] = ()
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    shapes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    upload: str | None = None
    asset: str | None = None
    delete: str = ""
    why_delete: str = ""
    lost: str = ""
    wait: tuple[str, tuple[str, ...], tuple[str, ...]] | None = None
    marker: str | None = None
    twin: str | None = None
    harmless: bool = False
    members: tuple[str, str, str] | None = None
    listed: bool = True
    held_by: tuple[str, str] | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    below: str = ""
    created_by: str = ""
    once: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    path: Mapping[str, str] = field(default_factory=dict)
    own_wire: str = ""
    singleton: bool = False
    gone: tuple[str, Any] | None = None
    plural: str = ""
    one_of: tuple[tuple[str, ...], ...] = ()
    encoding: str = ""
