"""What a Pulumi stack file may hold, and which of its keys are settings of ours.

Keys under `config:` are `namespace:name`. Ours are `flexpark:...`, and `twilio:...` that say which account this is
and how to get there; credentials of `twilio:` are let through to the provider, unread. Other namespaces belong to
others and are left alone. What stands under `secure:` is a secret of Pulumi's: no setting of ours may be one, and
credentials have to be.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flexpark.environment.merge import Contribution
from flexpark.environment.model import Environment, LayerSettings
from flexpark.environment.source import Place, Source, show_place
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem

NAMESPACE = "flexpark"
OF_THE_PROVIDER = "twilio"
# What a stack's config may keep for the provider besides our settings (twilio_provider.config.SECRETS).
CREDENTIALS = {
    "twilio:authToken": "The account's auth token, encrypted",
    "twilio:apiKey": "The SID of an API key, in the auth token's place",
    "twilio:apiSecret": "The secret of that API key, encrypted",
}
_MAY_BE_PLAIN = "twilio:apiKey"  # a name, as an account SID is
VERSION = 1

# Top-level keys of Pulumi's stack files (pulumi.com/docs/iac/concepts/projects/stack-settings-file).
_PULUMI_KEYS = ("config", "encryptionsalt", "encryptedkey", "secretsprovider")
_PULUMI_NOT_SERVED = {"environment": "Pulumi ESC is not served yet: write the settings under `config:`"}


def spelled(model: type[LayerSettings]) -> dict[str, str]:
    """The model's top-level fields as files spell them: {spelling: field name}."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def own_keys() -> list[str]:
    """Every key under `config:` that is ours, in the order of the model."""
    return [key_of(name) for name in spelled(Environment)]


def key_of(setting: str) -> str:
    """A top-level setting as a key under `config:`."""
    return setting if ":" in setting else f"{NAMESPACE}:{setting}"


def encrypted(key: str) -> bool:
    """Whether a key under `config:` may only hold a secret."""
    return key in CREDENTIALS and key != _MAY_BE_PLAIN


def stack_settings(source: Source) -> tuple[Contribution, list[Problem]]:
    """Our settings in a stack file, with what is wrong about its keys."""
    problems = list(_top_level(source))
    config = source.data.get("config", {})
    if not isinstance(config, Mapping):
        problems.append(Problem(source.where(("config",)), "config", "is not a mapping", "`flexpark:key: value` lines"))
        config = {}
    elif "config" not in source.data and not source.problems:
        problems.append(Problem(source.name, "config", "is missing", "`config:` with `flexpark:...` keys"))
    settings: dict[str, Any] = {}
    places: dict[str, Place] = {}
    known = own_keys()
    for key, value in config.items():
        place: Place = ("config", key)
        namespace, _, name = key.partition(":")
        if key in known:
            secrets = list(secure_places(value, place))
            problems += [_secret(source, found) for found in secrets]
            setting = name if namespace == NAMESPACE else key
            settings[setting], places[setting] = value, place
        elif key in CREDENTIALS:
            problems += _credential(source, key, value)
        elif not name or namespace in {NAMESPACE, OF_THE_PROVIDER}:
            allowed = [*known, *CREDENTIALS]
            if namespace == OF_THE_PROVIDER:
                allowed = [other for other in allowed if other.startswith(f"{OF_THE_PROVIDER}:")]
            problems.append(Problem(source.where(place), key, "is not a setting", one_of(allowed, key)))
    version = settings.get("version")
    if isinstance(version, str) and re.fullmatch("[0-9]{1,9}", version):
        settings["version"] = int(version)  # Pulumi writes numbers back as text when it saves a stack file
    for key in known:
        places.setdefault(key.removeprefix(f"{NAMESPACE}:"), ("config", key))
    return Contribution(source, settings, places), problems


def version_problem(source: Source, version: object) -> Problem | None:
    """A file of a newer format: then nothing else in it can be judged."""
    if not isinstance(version, int) or isinstance(version, bool) or version <= VERSION:
        return None
    place: Place = ("config", f"{NAMESPACE}:version")
    what = f"is {shown(version)}, the format of a newer flexpark"
    return Problem(source.where(place), show_place(place), what, f"this one reads version {VERSION}")


def secure_places(value: Any, place: Place) -> Iterator[Place]:
    """Where a value is, or holds, a Pulumi secret (`secure: ...`)."""
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            yield place
            return
        for key, inner in value.items():
            yield from secure_places(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from secure_places(inner, (*place, index))


def _secret(source: Source, place: Place) -> Problem:
    return Problem(
        source.where(place), show_place(place), "is a secret", "settings are plain text; secrets go to the provider"
    )


def _credential(source: Source, key: str, value: Any) -> Iterator[Problem]:
    """What is wrong with one; its value is in no message."""
    where = source.where(("config", key))
    if isinstance(value, Mapping) and set(value) == {"secure"}:
        return
    if encrypted(key):
        yield Problem(where, key, "is a secret in plain text", f"`pulumi config set --secret {key}` encrypts it")
    elif not isinstance(value, str):
        yield Problem(where, key, "is not text", "allowed: the SID of an API key")


def _top_level(source: Source) -> Iterator[Problem]:
    for key in source.data:
        if key in _PULUMI_NOT_SERVED:
            yield Problem(source.where((key,)), key, _PULUMI_NOT_SERVED[key], one_of(_PULUMI_KEYS))
        elif key not in _PULUMI_KEYS:
            yield Problem(source.where((key,)), key, "is not a key of a stack file", one_of(_PULUMI_KEYS, key))
