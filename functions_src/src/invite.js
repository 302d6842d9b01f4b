'use strict';

/**
 * One invite of a claimed record: what it asks for, and how one whose outcome is unknown is found again by the unparkId that its
 * task carries, before another is made.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, classify, orMissing, sleep } = load('api');
const Attributes = load('attributes');
const { channelAt } = load('lookup');

/** The routing of an invite as text: the attributes go in as they are. */
function routing(ctx, record, target) {
  const { settings, env } = ctx;
  const original = settings.resume.workflow === 'original' && !target;
  const properties = {
    workspace_sid: env.workspaceSid,
    workflow_sid: original ? record.routing.workflowSid : env.workflowSid,
    ...(target ? { queue_sid: target.queueSid, worker_sid: target.workerSid } : {}),
    task_channel_unique_name: record.routing.taskChannelUniqueName,
    priority: record.routing.priority,
    timeout: settings.taskTimeout ?? 86400,
  };
  const attributes = Attributes.forInvite(record.attributes, record);
  return `{"properties":${JSON.stringify(properties).slice(0, -1)},"attributes":${attributes}}}`;
}

function invitedBy(invite) {
  const properties = typeof invite.routing === 'string' ? JSON.parse(invite.routing).properties : invite.routing?.properties;
  const task = properties?.sid;
  return { inviteSid: invite.sid, taskSid: typeof task === 'string' && task.startsWith('WT') ? task : null };
}

/** The task that carries this unparkId, by its attributes. @returns its SID or null */
async function findTask(ctx, { unparkId }) {
  const evaluateTaskAttributes = `flexpark.unparkId == "${unparkId}"`;
  const tasks = await ctx.api.client.taskrouter.v1.workspaces(ctx.env.workspaceSid).tasks.list({ evaluateTaskAttributes, pageSize: 1, limit: 1 });
  return tasks[0]?.sid ?? null;
}

/** The invite that carries this unparkId: the list twice, since it may lag, then the task by its attributes. */
async function findInvite(ctx, record) {
  for (const pause of [0, 200]) {
    if (pause) await sleep(pause);
    const invites = (await orMissing(channelAt(ctx, record).invites.list({ pageSize: 100, limit: 200 }))) ?? [];
    const found = invites.find((invite) => JSON.stringify(invite.routing ?? null).includes(record.unparkId));
    if (found) return invitedBy(found);
  }
  const taskSid = await findTask(ctx, record);
  return taskSid === null ? null : { inviteSid: null, taskSid };
}

class Unsettled extends Fault {
  constructor(twilio) {
    super('retryable', 'whether the invite was made is not known yet; the same request may be repeated', { twilio });
  }
}

async function invite(ctx, record, target) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return invitedBy(await channelAt(ctx, record).invites.create({ routing: routing(ctx, record, target) }));
    } catch (error) {
      const { kind, twilio, late } = classify(error);
      if (kind !== 'ambiguous') {
        if (attempt === 1) throw error;
        throw new Unsettled(twilio);
      }
      let found;
      try {
        found = await findInvite(ctx, record);
      } catch {
        throw new Unsettled(twilio);
      }
      if (found) return found;
      // What was not answered in time may yet be carried out: another invite is safe only once the lease is over.
      if (late || attempt === 2) throw new Unsettled(twilio);
    }
  }
}

module.exports = { Unsettled, findInvite, findTask, invite, routing };
