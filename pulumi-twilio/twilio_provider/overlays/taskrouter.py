# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""TaskRouter: https://www.twilio.com/docs/taskrouter/api."""

from twilio_provider.overlays.model import Overlay

_BY_NAME = "A second {} of the same friendly name. Import one with `pulumi import`, delete the other in the Console."

OVERLAYS = (
    Overlay(
        sdk=("taskrouter", "v1", "Workspace"),
        token="twilio:taskrouter:Workspace",
        sid="WS",
        lost="go its Workers, Tasks and their history",
        doc="A TaskRouter Workspace. The Workspace of Flex is Flex's own: look it up with getWorkspace.",
        lookup="friendlyName",
        defaults={
            "eventCallbackUrl": "",
            "eventsFilter": "",
            "multiTaskEnabled": True,
            "prioritizeQueueOrder": "FIFO",
        },
        replace=("template",),
        twin=_BY_NAME.format("Workspace"),
    ),
    Overlay(
        sdk=("taskrouter", "v1", "Activity"),
        token="twilio:taskrouter:Activity",
        sid="WA",
        doc="What a Worker is doing, and whether new work may reach it meanwhile.",
        key=("friendlyName",),
        lookup="friendlyName",
        defaults={"available": False},
        twin=_BY_NAME.format("Activity"),
    ),
    Overlay(
        sdk=("taskrouter", "v1", "TaskQueue"),
        token="twilio:taskrouter:TaskQueue",
        sid="WQ",
        lost="goes the SID that Tasks and workflows name",
        doc="A queue of Tasks, and the expression that says which Workers serve it.",
        key=("friendlyName",),
        lookup="friendlyName",
        defaults={"targetWorkers": "1==1", "maxReservedWorkers": 1, "taskOrder": "FIFO"},
        twin=_BY_NAME.format("TaskQueue"),
    ),
    Overlay(
        sdk=("taskrouter", "v1", "TaskChannel"),
        token="twilio:taskrouter:TaskChannel",
        sid="TC",
        doc="A kind of work (chat, sms, voice) for which Workers have a capacity.",
        key=("uniqueName",),
        lookup="uniqueName",
        defaults={"channelOptimizedRouting": False},
    ),
    Overlay(
        sdk=("taskrouter", "v1", "Worker"),
        token="twilio:taskrouter:Worker",
        sid="WK",
        doc="Someone, or something, that can take Tasks. Flex makes its own Workers when agents log in.",
        key=("friendlyName",),
        lookup="friendlyName",
        codecs={"attributes": "json"},
        defaults={"attributes": {}},
        dropped=("if_match", "reject_pending_reservations"),
        volatile=("activitySid", "activityName", "available", "dateStatusChanged"),
        marker="attributes",
    ),
    Overlay(
        sdk=("taskrouter", "v1", "Workflow"),
        token="twilio:taskrouter:Workflow",
        sid="WW",
        doc="The rules by which Tasks find a TaskQueue. `configuration` is structured (a JSON string is accepted) and "
        "compared by meaning.",
        key=("friendlyName",),
        lookup="friendlyName",
        codecs={"configuration": "workflow"},
        defaults={
            "assignmentCallbackUrl": "",
            "fallbackAssignmentCallbackUrl": "",
            "taskReservationTimeout": 120,
        },
        dropped=("re_evaluate_tasks",),
        twin=_BY_NAME.format("Workflow"),
    ),
    Overlay(
        sdk=("taskrouter", "v1", "Workspace"),
        token="twilio:taskrouter:WorkspaceConfiguration",
        sid="",
        doc="Settings of a Workspace that exists already and is not this stack's: event callback, default and timeout "
        "Activity. The Workspace itself is neither made nor deleted. Do not use it on a Workspace of the same stack.",
        singleton=True,
        path={"sid": "workspaceSid"},
    ),
    Overlay(
        sdk=("taskrouter", "v1", "WorkerChannel"),
        token="twilio:taskrouter:WorkerChannel",
        sid="",
        doc="A Worker's capacity on one TaskChannel, named by its unique name or SID.",
        singleton=True,
        path={"sid": "channel"},
        renamed={"configured_capacity": "capacity"},
        volatile=("assignedTasks", "availableCapacityPercentage"),
    ),
)
