"""The published table of types of which a crash can leave a twin."""

from twilio_provider.catalogue.model import Catalogue, ResourceType

_HEAD = """# Where a twin is possible after a crash

(Derived by `python -m twilio_provider.pipeline`; do not edit.)

A provider or engine that is killed between Twilio's answer and Pulumi's record leaves a thing that no state knows; the
next `up` would make it again. Three ways out exist: Twilio keeps the name unique and refuses the second one (the error
names the existing SID and the import command); the type carries our owner marker, so that the next `up` finds its own
thing and goes on; or a twin is possible, and is repaired as said here.

None of it is needed where whoever runs the engine tells the provider what was under way, as `flexpark up` does: the
variable `TWILIO_OPEN_INTENTS` names a file `{"version": 1, "intents": [{"urn", "since", "until"}]}`, and what was made
of such a URN within those times, by its natural key or its inputs, is taken over instead of made again.

| type | a twin is | repair |
|---|---|---|
"""


def twins_table(catalogue: Catalogue) -> str:
    """Markdown: every type, whether a twin of it can arise, and what to do."""
    return _HEAD + "".join(f"| `{r.token}` | {_kind(r)} | {_repair(r)} |\n" for r in catalogue.resources)


def _kind(resource: ResourceType) -> str:
    if resource.singleton:
        return "impossible (there is one)"
    if resource.marker:
        return f"recognised (marker in `{resource.marker}`)"
    return "possible" if resource.twin else "refused by Twilio (`" + "`, `".join(resource.key) + "` is unique)"


def _repair(resource: ResourceType) -> str:
    if resource.singleton:
        return "none needed"
    if resource.marker:
        return "none needed, if the provider was given a `stackId`"
    return resource.twin or "import the existing one by the command in the error"
