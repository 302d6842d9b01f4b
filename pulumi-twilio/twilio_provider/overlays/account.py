# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""The account itself: addresses, applications, call queues, API keys. https://www.twilio.com/docs/usage/api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("api", "2010-04-01", "Address"),
        token="twilio:api:Address",
        sid="AD",
        lost="goes what numbers and emergency calls refer to",
        doc="A postal address of the account.",
        lookup="friendlyName",
        dropped=("auto_correct_address",),
    ),
    Overlay(
        sdk=("api", "2010-04-01", "Application"),
        token="twilio:api:Application",
        sid="AP",
        doc="A TwiML application: URLs and methods that numbers and clients share.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("api", "2010-04-01", "Queue"),
        token="twilio:api:Queue",
        sid="QU",
        doc="A queue of calls.",
        key=("friendlyName",),
        lookup="friendlyName",
        volatile=(
            "currentSize",
            "averageWaitTime",
        ),
    ),
    Overlay(
        sdk=("iam", "v1", "ApiKey"),
        token="twilio:iam:ApiKey",
        sid="SK",
        lost="goes its secret, and whoever signs with it is refused",
        doc="An API key. Only its creation gives its secret: an output, encrypted in the state.",
        created_by="NewApiKey",
        once=("secret",),
        secrets=("secret",),
        codecs={"policy": "part"},
        listed=False,
        twin="A second key of the same name, whose secret nobody knows. Delete it.",
        harmless=True,
    ),
    Overlay(
        sdk=("api", "2010-04-01", "Trigger"),
        token="twilio:api:UsageTrigger",
        sid="UT",
        doc="A callback when usage reaches a value.",
        lookup="friendlyName",
        volatile=("currentValue", "dateFired"),
    ),
    Overlay(
        sdk=("accounts", "v1", "Aws"),
        token="twilio:accounts:AwsCredential",
        sid="CR",
        doc="AWS credentials that the account uses. Twilio never shows them again.",
        lookup="friendlyName",
        secrets=("credentials",),
    ),
    Overlay(
        sdk=("accounts", "v1", "PublicKey"),
        token="twilio:accounts:PublicKeyCredential",
        sid="CR",
        doc="A public key that the account uses. Twilio never shows it again.",
        lookup="friendlyName",
    ),
)
