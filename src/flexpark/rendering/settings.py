"""The settings module: what the functions of one environment are told, and nothing that only the deployment knows."""

from typing import Any

from flexpark.environment.model import Environment, Resume

# Not settings of an environment: the same everywhere, tuned together with the functions.
_CONSTANTS: dict[str, Any] = {
    "supervisorRoles": ["admin", "supervisor"],
    "leaseSeconds": 15,
    "recordDoneTtl": 86_400,
    # Milliseconds. Twilio waits 5 s for a conversation webhook's answer and 10 s for any function.
    "deadlines": {"webhook": 4_000, "park": 8_000},
}


def function_settings(environment: Environment) -> dict[str, Any]:
    """The object that `/flexpark/settings` exports; seconds unless a name says otherwise, null for `none`."""
    park = environment.park
    ttl = park.list_ttl.model_dump(exclude_none=True)
    return {
        "customer": environment.customer,
        "environment": environment.environment,
        "showList": park.show_list,
        "listTtl": {channel: None if value == "none" else value for channel, value in ttl.items()},
        "resume": _resume(park.resume),
        "agentResume": park.agent_resume,
        "taskTimeout": park.task_timeout,
        "reinvites": park.reinvites,
        "durableWake": park.durable_wake,
        "onExpired": park.on_expired,
        "mirrorAttributes": park.mirror_attributes,
        "allowedOrigins": list(park.allowed_origins),
        **_CONSTANTS,
    }


def _resume(resume: Resume) -> dict[str, Any]:
    told: dict[str, Any] = {"destination": resume.destination, "workflow": resume.workflow}
    if resume.destination == "studio":
        told |= {"flowSid": resume.flow, "flowTimeout": resume.flow_timeout}
    return told
