"""What an inline program declares, judged as it declares it.

The engine's events hide secrets and leave out texts; here they are as the program gives them. What the engine does not
know yet is not judged: an address that Twilio is still to give is Twilio's own.
"""

from collections.abc import Callable, Mapping

import pulumi
from pulumi.runtime.config import CONFIG

from flexpark.cli.policy.circumstances import knowing
from flexpark.plan import Resource
from flexpark.policies import Circumstances, Violation, judge_resource

PLAIN = (str, int, float, pulumi.StringAsset)


def watching(circumstances: Circumstances, found: list[Violation]) -> Callable[[], None]:
    """What to call before a program, where it runs: then `found` gets the violations of all that it declares."""

    def begin() -> None:
        config = CONFIG.get()
        secrets = [str(value) for key, value in config.items() if pulumi.runtime.is_config_secret(key)]
        judging = knowing(circumstances, secrets)
        pulumi.runtime.register_stack_transformation(lambda declared: see(declared, judging))

    def see(declared: pulumi.ResourceTransformationArgs, judging: Circumstances) -> None:
        """Property by property: what Twilio is still to give would hide the others."""
        given = {_camel(name): value for name, value in dict(declared.props).items()}
        known = {name: _text(value) for name, value in given.items() if isinstance(value, PLAIN)}
        urn = f"{pulumi.get_stack()}::{declared.type_}::{declared.name}"

        def judge(properties: Mapping[str, object]) -> None:
            found.extend(judge_resource(Resource(urn, declared.type_, {**known, **properties}), judging))

        judge({})
        for name, value in given.items():
            if name not in known and value is not None and not name.endswith("Sid"):  # most are, and no rule reads one
                pulumi.Output.all(**{name: value}).apply(judge)

    return begin


def _camel(name: str) -> str:
    """A property as the provider spells it."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def _text(value: object) -> object:
    return value.text if isinstance(value, pulumi.StringAsset) else value
