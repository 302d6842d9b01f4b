// The same as examples/taskrouter, in TypeScript; at the end a list as well.
import * as pulumi from "@pulumi/pulumi";
import * as twilio from "pulumi-twilio";

const workspace = new twilio.taskrouter.Workspace("support", { friendlyName: "Support" });
const queue = new twilio.taskrouter.TaskQueue("sales", {
    workspaceSid: workspace.sid,
    friendlyName: "Sales",
    targetWorkers: 'skills HAS "sales"',
});
new twilio.taskrouter.Workflow("route", {
    workspaceSid: workspace.sid,
    friendlyName: "Route",
    configuration: { task_routing: { filters: [], default_filter: { queue: queue.sid } } },
});
const sink = new twilio.events.Sink("events", {
    description: "Task events",
    sinkType: "webhook",
    sinkConfiguration: { destination: "https://example.com/events", method: "POST" },
});
new twilio.events.Subscription("tasks", {
    description: "Tasks",
    sinkSid: sink.sid,
    types: [{ type: "com.twilio.taskrouter.task.created", schemaVersion: 1 }],
});
export const queueSid: pulumi.Output<string> = queue.sid;

// And all there are of a type.
const listed = twilio.taskrouter.listTaskQueuesOutput({ workspaceSid: workspace.sid });

export const queueIds: pulumi.Output<string[]> = listed.ids;
