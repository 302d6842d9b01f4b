"""Credentials of webhooks, senders and sources, looked for in plain text like those of test_secrets.py.

No program here marks anything as a secret.
"""

from tests.stack.provider.project import Project
from tests.stack.provider.test_secrets import stored

PROGRAM = """
twilio.webhooks.AuthProfile(
    "basic", friendly_name="basic", type="basic", username="park", password="hush-webhook-password", opts=opts
)
twilio.webhooks.AuthProfile(
    "oauth", friendly_name="oauth", type="oauth2", client_id="park", client_secret="hush-client-secret", opts=opts
)
twilio.webhooks.SharedKey("signing", friendly_name="signing", opts=opts)
twilio.webhooks.Setting("setting", friendly_name="setting", auth={"token": "hush-setting-auth"}, opts=opts)
twilio.messaging.ChannelsSender(
    "sender", sender_id="whatsapp:+15005550006", configuration={"verification_code": "hush-sender-code"}, opts=opts
)
base = twilio.knowledge.KnowledgeBase("base", display_name="base", opts=opts)
twilio.knowledge.Knowledge(
    "knowledge",
    knowledge_base_id=base.knowledge_base_id,
    name="ours",
    source={"type": "Web", "password": "hush-source-password"},
    opts=opts,
)
twilio.sync.Service("sync", webhook_url="https://example.com/sync?token=hush-token-in-address", opts=opts)
twilio.conversations.Webhook(
    "told",
    conversation_sid="CH" + "3" * 32,
    target="webhook",
    configuration_url="https://example.com/told?api_key=hush-key-in-address",
    opts=opts,
)
"""
KINDS = (
    "hush-webhook-password",
    "hush-client-secret",
    "hush-the-secret-of-a-key",
    "hush-setting-auth",
    "hush-sender-code",
    "hush-source-password",
    "hush-token-in-address",
    "hush-key-in-address",
)


def test_no_credential_of_webhooks_and_senders_is_anywhere_in_plain_text(project: Project) -> None:
    """Nor one in the query of an address, which Twilio shows once more within an object."""
    project.program(PROGRAM)
    shown = {
        "preview": project.pulumi("preview", "--diff", "--save-plan", "plan.json").text,
        "log": project.pulumi("up", "--yes", "--skip-preview", "--logtostderr", "-v=8").text,
        "refresh": project.pulumi("refresh", "--yes", "--diff").text,
        "state": stored(project),
    }
    shown["plan"] = (project.folder / "plan.json").read_text("utf-8")
    assert len(project.state()) == 2 + PROGRAM.count("opts=opts"), shown["log"][-2000:]
    for place, text in shown.items():
        for secret in KINDS:
            assert secret not in text, (place, secret)
