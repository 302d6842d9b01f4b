"""What changed between recorded and new inputs, and what that asks for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from twilio_provider.catalogue.model import BEFORE, IMPORTED, Input, ResourceType
from twilio_provider.codecs import CODECS
from twilio_provider.values import Asset, has_unknown, plain

# What a program stops giving of these is gone: a Build without its assets is another Build.
_EMPTY_BY_DEFAULT = {"array", "object"}

Kind = Literal["add", "update", "delete"]


@dataclass(frozen=True)
class Change:
    """One changed input; ``replace`` when no update can bring it about."""

    name: str
    kind: Kind
    replace: bool


@dataclass(frozen=True)
class Difference:
    """All changes. ``delete_first`` is set where two of them cannot be there at once."""

    changes: tuple[Change, ...] = ()
    delete_first: bool = False
    stables: tuple[str, ...] = field(default=())

    @property
    def replace(self) -> bool:
        """Whether any change asks for a replacement."""
        return any(change.replace for change in self.changes)


def diff(
    resource: ResourceType, old_inputs: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]
) -> Difference:
    """Compare inputs by meaning; ``state`` holds the recorded outputs."""
    changes = [change for entry in resource.inputs if (change := _change(resource, entry, old_inputs, news, state))]
    if resource.wait and state.get(resource.wait[0]) in resource.wait[2]:
        changes.append(Change(resource.wait[0], "update", replace=True))
    replace = any(change.replace for change in changes)
    return Difference(
        tuple(changes),
        delete_first=replace and _same_place(resource, old_inputs, news),
        stables=() if replace else stable_outputs(resource),
    )


def stable_outputs(resource: ResourceType) -> tuple[str, ...]:
    """Outputs that no update changes."""
    always = ("sid", resource.own, "accountSid", "url", "dateCreated", "createdAt", *resource.parents, *resource.stable)
    return tuple(dict.fromkeys(filter(None, always)))


def _change(  # noqa: PLR0911 - one case per way to change
    resource: ResourceType, entry: Input, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]
) -> Change | None:
    name = entry.name
    replace = entry.replace or not resource.updatable
    if name in news:
        if has_unknown(news[name]):
            return Change(name, "update" if name in olds else "add", replace)
        if name not in olds:  # to say what is so already, as recorded or by default, changes nothing
            if entry.blind and replace:
                return None
            there = plain(state.get(name, dict(resource.defaults).get(name)))
            same = there is not None and _same(resource, name, there, plain(news[name]))
            return None if same else Change(name, "add", replace)
        was, wanted = plain(olds[name]), plain(news[name])
        same = _same(resource, name, was, wanted) or _is_less_of_the_same(resource, name, olds, wanted, state)
        return None if same else Change(name, "update", replace)
    if name not in olds:
        return None
    defaults = dict(resource.defaults)
    emptied = replace and entry.schema.get("type") in _EMPTY_BY_DEFAULT
    if name not in defaults and not emptied:  # Twilio cannot be told to forget it: it stays, or is put back
        return Change(name, "delete", replace=False) if name in (plain(state.get(BEFORE)) or {}) else None
    if name in defaults and _same(resource, name, plain(olds[name]), defaults[name]):
        return None
    return Change(name, "delete", replace)


def _same(resource: ResourceType, name: str, old: Any, new: Any) -> bool:
    if isinstance(old, Asset) and isinstance(new, Asset):
        return old.hash == new.hash
    return CODECS[resource.codec(name)].same(old, new)


def _is_less_of_the_same(
    resource: ResourceType, name: str, olds: Mapping[str, Any], wanted: Any, state: Mapping[str, Any]
) -> bool:
    """An import records all that Twilio shows, its defaults and others' keys too; giving less of it changes nothing.

    What a program gave is another matter: a key that it stops giving, such as the ``deny`` of a policy, is to go.
    """
    codec, was = resource.codec(name), plain(olds[name])
    if codec == "eventTypes":  # exactly those types; a version that is not given is Twilio's choice
        return len(was) == len(wanted) and CODECS[codec].shows(wanted, was)
    imported = name in olds.get(IMPORTED, ()) or (codec == "merge" and BEFORE not in state)
    return imported and CODECS[codec].shows(wanted, was)


def _same_place(resource: ResourceType, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether natural key and parent stay, so that Twilio would refuse the second one."""
    if not resource.key:
        return False
    return all(
        not has_unknown(news.get(name)) and plain(olds.get(name)) == plain(news.get(name))
        for name in (*resource.parents, *resource.key)
    )
