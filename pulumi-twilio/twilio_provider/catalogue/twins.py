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

The third column is about a create that fails in a running process with its end unknown (a 5xx, a lost connection): what
has the key named there, shows the inputs, was made since then and is nobody's, is the one that was asked for. Where the
key is not given, or there is none, nothing is repeated: the error asks to look first.

Settings, of which there is one, cannot be doubled. But a create that was killed after its write has recorded nothing of
what was there before, and the next one finds its own settings there. Told of it by `TWILIO_OPEN_INTENTS`, it counts
the keys of an object that are just ours as absent before, so that a destroy takes them away; any other value that is
just ours is recorded as not known, so that a destroy leaves it as it is: set it by hand if it was another. Not told of
it, it takes ours for what was there before, and a destroy leaves all of them; so it does with a setting that a killed
update added, of which nothing tells.

| type | a twin is | a create whose end is not known | repair |
|---|---|---|---|
"""


def twins_table(catalogue: Catalogue) -> str:
    """Markdown: every type, whether a twin of it can arise, and what to do."""
    return _HEAD + "".join(
        f"| `{r.token}` | {_kind(r)} | {_unknown_end(r)} | {_repair(r)} |\n" for r in catalogue.resources
    )


def _kind(resource: ResourceType) -> str:
    if resource.singleton:
        return "impossible (there is one)"
    if resource.marker:
        return f"recognised (marker in `{resource.marker}`)"
    if resource.twin:
        return "possible"
    return f"refused by Twilio ({_names(resource.key)} is unique{_if_given(resource, resource.key)})"


def _unknown_end(resource: ResourceType) -> str:
    if resource.singleton:
        return "is recorded as half made" + (", with what was there before" if resource.delete == "restore" else "")
    if resource.harmless:
        return "is repeated: a second one is harmless"
    names = resource.key or ((resource.lookup,) if resource.lookup else ())
    shown = {output.name for output in resource.outputs}
    if not names or not shown.issuperset(names):
        return "is told"
    return f"is looked for by {_names(names)}{_if_given(resource, names)}"


def _repair(resource: ResourceType) -> str:
    if resource.singleton:
        return "see above" if resource.delete == "restore" else "none needed"
    if resource.marker:
        return "none needed, if the provider was given a `stackId`"
    if resource.twin:
        return resource.twin
    without = " Without it: delete the one that no state knows." if _if_given(resource, resource.key) else ""
    return "Import the existing one by the command in the error." + without


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _if_given(resource: ResourceType, names: tuple[str, ...]) -> str:
    optional = [name for name in names if (entry := resource.input(name)) is None or not entry.required]
    return ", if given" if optional else ""
