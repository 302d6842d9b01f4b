"""What a property is, in a line: the SDK's own words, else those of the input or output of that name, else a rule."""

import re
from collections.abc import Callable

from twilio_provider.catalogue.model import ResourceType

# Names that mean the same in every type. A name that is not here, and of which the SDK says nothing, is left bare.
_RULES: tuple[tuple[str, str], ...] = (
    (r"sid", "The SID that Twilio gave it."),
    (r"accountSid", "The SID of the account that it belongs to."),
    (r"(?:dateCreated|createdAt)", "When it was created."),
    (r"(?:dateUpdated|updatedAt)", "When it was last changed."),
    (r"url", "Its address in Twilio's API."),
    (r"uri", "Its address in Twilio's API, without the host."),
    (r"(\w+)Sid", "The SID of the {}."),
)
_OWN = "The id that Twilio gave it."


def descriptions(resource: ResourceType) -> Callable[[str, str], str]:
    """A function of a property's name and of what the SDK says of it, to its description; empty where nothing can."""
    said = {o.name: o.doc for o in resource.outputs if o.doc} | {i.name: i.doc for i in resource.inputs if i.doc}
    given = {i.name for i in resource.inputs}

    def describe(name: str, doc: str) -> str:
        if name == resource.own and not resource.sid and name not in given:
            return doc or _OWN
        return doc or said.get(name, "") or _by_rule(name, given)

    return describe


def _by_rule(name: str, given: set[str]) -> str:
    """A rule tells what Twilio shows; of what programs give it says only whose SID it is."""
    for pattern, text in _RULES:
        found = re.fullmatch(pattern, name)
        if found and (name not in given or name.endswith("Sid")):
            return text.format(*(_words(part) for part in found.groups()))
    return ""


def _words(name: str) -> str:
    """``ipAccessControlList`` -> ``ip access control list``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
