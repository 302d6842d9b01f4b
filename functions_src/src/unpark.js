'use strict';

/**
 * The way back: a parked conversation gets exactly one invite.
 *
 * Claim the record (`unparking`, with a random unparkId that the new task carries), invite, then `invited`, and the
 * webhook and the list entry go. Before the invite a failure gives the claim back; once it may have been sent, the
 * claim stays with its lease, and whoever takes over looks for the unparkId first.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, asFault, classify, orMissing, sleep } = load('api');
const { serve, sid, matching } = load('entry');
const Attributes = load('attributes');
const Expired = load('expired');
const Mirror = load('mirror');
const Record = load('record');
const Store = load('store');
const Studio = load('studio');
const Webhooks = load('webhooks');

const ENDED = new Set(['completed', 'canceled']);
const GRACE_MS = 700;
const ATTEMPTS = 5;

const channelAt = ({ api }, { interactionSid, channelSid }) => api.client.flexApi.v1.interaction(interactionSid).channels(channelSid);

/** @returns the task's assignment status, `gone` when Twilio no longer has it. */
async function taskStatus({ api, env }, taskSid) {
  const task = await orMissing(api.client.taskrouter.v1.workspaces(env.workspaceSid).tasks(taskSid).fetch());
  return task === null ? 'gone' : task.assignmentStatus;
}

const hasEnded = (status) => status === 'gone' || ENDED.has(status);

/** @returns the channel's status, `gone` when Twilio no longer has it. */
async function channelStatus(ctx, where) {
  const channel = await orMissing(channelAt(ctx, where).fetch());
  return channel === null ? 'gone' : channel.status;
}

/** Nothing of ours stays on the conversation or in the list. What fails here is left to the reconciler. */
async function purge(ctx, record) {
  const known = [record.webhookSid, ...(record.flowSid ? [record.studioWebhookSid] : [])];
  const webhook = known.every(Boolean) && !record.webhookUnsure
    ? Promise.all(known.map((sidOf) => Webhooks.remove(ctx, record.conversationSid, sidOf)))
    : Webhooks.removeAll(ctx, record);
  await Promise.all([
    webhook.catch((error) => ctx.note({ webhook: classify(error).kind })),
    Store.removeItem(ctx, record),
    Mirror.remove(ctx, record),
  ]);
}

function deadFault(reason) {
  return reason.code === 'expired'
    ? new Fault('expired', 'the interaction channel no longer exists: Twilio deletes it after 180 days', { twilio: reason.twilio })
    : new Fault('closed', `the interaction channel is ${reason.channel}; a new message opens a new conversation`, { twilio: reason.twilio });
}

/** The channel cannot take an agent again: the record says so, everything of ours goes. @throws Fault closed | expired */
async function bury(ctx, before, status, twilio = null) {
  const reason = status === 'gone'
    ? { code: 'expired', channel: 'gone', twilio: twilio ?? { status: 404, code: 20404 } }
    : { code: 'closed', channel: status, twilio };
  const writing = Store.writeRecord(ctx, before, Record.dead(before.record, reason)).catch((error) => {
    if (!(error instanceof Store.Lost)) ctx.note({ record: classify(error).kind });
  });
  const closing = status === 'gone' ? Expired.closeConversation(ctx, before.record) : null;
  await Promise.all([writing, closing, purge(ctx, before.record)]);
  throw deadFault(reason);
}

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

/** The channel of a claimed record is gone. @returns what was made in its place. @throws Fault expired when nothing is */
async function renew(ctx, claimed, wakeIndex, twilio) {
  if (!Expired.renews(ctx, wakeIndex)) return bury(ctx, claimed, 'gone', twilio);
  let made;
  try {
    made = await Expired.renew(ctx, claimed.record, routing(ctx, claimed.record, null), () => findTask(ctx, claimed.record));
  } catch (error) {
    throw new Unsettled(classify(error).twilio);
  }
  return made ?? bury(ctx, claimed, 'gone', twilio);
}

/** A claim that came to nothing goes back to `parked`, remembering the message that waits. */
async function giveBack(ctx, claimed, wakeIndex) {
  ctx.api.grace(GRACE_MS);
  const record = Record.unclaimed(claimed.record);
  await Store.writeRecord(ctx, claimed, wakeIndex === null ? record : Record.noted(record, wakeIndex))
    .catch((error) => ctx.note({ record: error instanceof Store.Lost ? 'lost' : classify(error).kind }));
}

/** From a claimed record on: invite (unless it is `known`), then `invited`, and everything of ours goes. */
async function carryOn(ctx, claimed, { target, wakeIndex, known = null, gone = false }) {
  let made = known ?? (gone ? await renew(ctx, claimed, wakeIndex) : null);
  if (made === null) {
    try {
      made = await invite(ctx, claimed.record, target);
    } catch (error) {
      if (error instanceof Unsettled) throw error;
      const { kind, twilio } = classify(error);
      if (kind === 'closed') return bury(ctx, claimed, 'closed', twilio);
      if (kind === 'missing' && await channelStatus(ctx, claimed.record) === 'gone') made = await renew(ctx, claimed, wakeIndex, twilio);
      else {
        await giveBack(ctx, claimed, wakeIndex);
        if (wakeIndex !== null && twilio) throw new Fault('retryable', 'the invite was not accepted; it will be tried again', { twilio });
        throw asFault(error, 'the invite');
      }
    }
  }
  ctx.api.grace(GRACE_MS);
  const writing = Store.writeRecord(ctx, claimed, Record.invited(claimed.record, made))
    .catch((error) => ctx.note({ record: error instanceof Store.Lost ? 'lost' : classify(error).kind }));
  await Promise.all([writing, purge(ctx, claimed.record)]);
  return { status: 'invited', conversationSid: claimed.record.conversationSid, inviteSid: made.inviteSid, taskSid: made.taskSid };
}

/**
 * Wake a parked record. @param before its snapshot; @param status the channel's; @param target {queueSid, workerSid}
 * for a worker's resume, else null; @param wakeIndex of the message that wakes it, else null; @param reinvited how many
 * invites of this wake came to nothing.
 * @throws Store.Lost when another handler came first.
 */
async function wake(ctx, before, status, { target = null, wakeIndex = null, reinvited = 0 } = {}) {
  if (['closed', 'failed'].includes(status)) return bury(ctx, before, status);
  const gone = status === 'gone';
  if (gone) {
    // One 404 does not end a conversation for good: it is looked at twice.
    const again = await channelStatus(ctx, before.record);
    if (again !== 'gone') return wake(ctx, before, again, { target, wakeIndex, reinvited });
    if (!Expired.renews(ctx, wakeIndex)) return bury(ctx, before, again);
  }
  if (status === 'setup') throw new Fault('retryable', 'the interaction channel is still being set up');
  let snapshot = before;
  if (!gone && target === null && Studio.wanted(ctx, before.record, wakeIndex)) {
    const { snapshot: claimed, entered } = await Studio.enter(ctx, before, wakeIndex);
    if (entered) return { status: 'in_studio', conversationSid: before.record.conversationSid };
    snapshot = claimed;
  }
  const lease = { owner: Store.random(), now: ctx.api.now(), leaseSeconds: ctx.settings.leaseSeconds };
  const to = target === null ? filterFor(ctx, before.record, wakeIndex) : null;
  const claim = Record.unparking(snapshot.record, { unparkId: Store.random(), direct: target !== null, to, reinvited, ...lease });
  return carryOn(ctx, await Store.writeRecord(ctx, snapshot, claim), { target, wakeIndex, gone });
}

/** Which filter of ours a task without a worker is for: a task that is made again keeps its own; null: the usual ones. */
function filterFor({ settings }, record, wakeIndex) {
  if (record.state === 'invited') return record.to ?? null;
  const { destination } = settings.resume;
  return wakeIndex !== null && ['queue', 'worker'].includes(destination) ? destination : null;
}

/** Take over an unpark that its handler left: its invite is looked for before another is made. */
async function takeOver(ctx, before, { wakeIndex = null } = {}) {
  const { unparkId, direct, to, reinvited } = before.record;
  const lease = { owner: Store.random(), now: ctx.api.now(), leaseSeconds: ctx.settings.leaseSeconds };
  const claim = Record.unparking(before.record, { unparkId, direct, to, reinvited, ...lease });
  const claimed = await Store.writeRecord(ctx, before, { ...claim, webhookUnsure: true });
  return carryOn(ctx, claimed, { target: null, wakeIndex, known: await findInvite(ctx, claimed.record) });
}

/** Settle a park that its handler left: the task says whether the agent has gone. @returns the snapshot to wake, or null. */
async function settlePark(ctx, before) {
  if (hasEnded(await taskStatus(ctx, before.record.taskSid))) {
    return Store.writeRecord(ctx, before, { ...Record.parked(before.record, null), webhookUnsure: true });
  }
  await Store.writeRecord(ctx, before, Record.done(before.record));
  await purge(ctx, { ...before.record, webhookUnsure: true });
  return null;
}

/** Read and decide until no other handler comes in between. */
async function untilSettled(step) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step(attempt);
    } catch (error) {
      if (!(error instanceof Store.Lost)) throw error;
      if (attempt === ATTEMPTS) throw new Fault('retryable', 'others are changing this conversation; the same request may be repeated');
    }
  }
}

/** The record and the channel, in parallel; a failing look at the channel counts only once its status is needed. */
function look(ctx, conversationSid, where) {
  const status = channelStatus(ctx, where);
  status.catch(() => {});
  return { record: Store.readRecord(ctx, conversationSid), status };
}

async function closedEvent(ctx, parkId, stateTo) {
  const snapshot = await Store.readRecord(ctx, ctx.input.ConversationSid);
  if (stateTo !== 'closed' || snapshot === null || snapshot.record.parkId !== parkId || Record.over(snapshot.record)) {
    return { body: { status: 'ignored' } };
  }
  await bury(ctx, snapshot, 'closed').catch((error) => {
    if (!(error instanceof Fault)) throw error;
  });
  return { body: { status: 'noted' } };
}

/**
 * A message has come. @param parkId and where ({interactionSid, channelSid}) as its webhook has them, else those of the record;
 * @param message {index, author, participantSid}. @returns the answer's body
 */
async function arrived(ctx, { conversationSid, message, parkId = null, where = null }) {
  const wakeIndex = message.index;
  const looked = where === null ? null : look(ctx, conversationSid, where);
  return untilSettled(async (attempt) => {
    const before = attempt === 1 && looked ? await looked.record : await Store.readRecord(ctx, conversationSid);
    const record = before?.record ?? null;
    const status = () => looked?.status ?? channelStatus(ctx, record);
    const decision = Record.decideMessage({ record, parkId: parkId ?? record?.parkId, message, now: ctx.api.now() });
    switch (decision.do) {
      case 'claim':
        return wake(ctx, before, await status(), { wakeIndex });
      case 'takeover':
        return takeOver(ctx, before, { wakeIndex });
      case 'note':
        await Store.writeRecord(ctx, before, Record.noted(record, wakeIndex ?? record.seenIndex + 1));
        return { status: 'noted' };
      case 'settle': {
        const settled = await settlePark(ctx, before);
        return settled === null ? { status: 'ignored' } : wake(ctx, settled, await status(), { wakeIndex });
      }
      case 'dead':
        throw deadFault(record.reason);
      default:
        return { status: decision.do === 'already' ? 'already' : 'ignored' };
    }
  });
}

async function onMessage(ctx) {
  const { ConversationSid: conversationSid, EventType, Index, Author, ParticipantSid, park, kd, uo, StateTo } = ctx.input;
  if (EventType === 'onConversationStateUpdated') return closedEvent(ctx, park, StateTo);
  if (EventType !== 'onMessageAdded') return { body: { status: 'ignored' } };
  const message = { index: Index === null ? null : Number(Index), author: Author, participantSid: ParticipantSid };
  return { body: await arrived(ctx, { conversationSid, message, parkId: park, where: { interactionSid: kd, channelSid: uo } }) };
}

const isSupervisor = ({ caller, settings }) => caller.roles.some((role) => settings.supervisorRoles.includes(role));

/** @throws Fault forbidden when the caller acts for somebody else and is no supervisor */
function mayActFor(ctx) {
  const { workerSid } = ctx.input;
  if (workerSid !== null && workerSid !== ctx.caller.workerSid && !isSupervisor(ctx)) {
    throw new Fault('forbidden', 'only a supervisor may do this for somebody else');
  }
}

/**
 * Whose task it is: the caller's, or the worker's for whom a supervisor acts. @returns {workerSid, identity} as a chat participant
 */
async function agentOf(ctx) {
  const { workerSid } = ctx.input;
  if (workerSid === null || workerSid === ctx.caller.workerSid) return ctx.caller;
  const worker = await orMissing(ctx.api.client.taskrouter.v1.workspaces(ctx.env.workspaceSid).workers(workerSid).fetch());
  if (worker === null) throw new Fault('bad_request', 'the request is not valid', { problems: [{ field: 'workerSid', problem: 'is no worker here', allowed: 'a worker of this workspace' }] });
  const [, identity = null] = /^client:(.+)$/.exec(Attributes.read(worker.attributes, 'contact_uri') ?? '') ?? [];
  return { workerSid, identity };
}

/** Where a worker's resume goes; only a supervisor may name somebody else or another queue. */
function targetOf(ctx, record) {
  if (ctx.settings.agentResume === 'workflow') return null;
  return { workerSid: ctx.input.workerSid ?? ctx.caller.workerSid, queueSid: ctx.input.queueSid ?? record.routing.queueSid };
}

async function byWorker(ctx) {
  const { conversationSid, workerSid, queueSid } = ctx.input;
  const supervisor = isSupervisor(ctx);
  if (!supervisor && (queueSid !== null || (workerSid !== null && workerSid !== ctx.caller.workerSid))) {
    throw new Fault('forbidden', 'only a supervisor may resume for somebody else or into another queue');
  }
  const answer = (record, status) => ({ status, conversationSid, inviteSid: record.inviteSid, taskSid: record.invitedTaskSid });
  return untilSettled(async () => {
    const before = await Store.readRecord(ctx, conversationSid);
    const decision = Record.decideResume({ record: before?.record ?? null, now: ctx.api.now() });
    if (decision.do === 'not_parked') throw new Fault('not_parked', 'this conversation is not parked');
    const { record } = before;
    if (!supervisor && record.workerSid !== ctx.caller.workerSid) throw new Fault('forbidden', 'another worker parked this conversation');
    const resume = async (snapshot) => ({ body: await wake(ctx, snapshot, await channelStatus(ctx, record), { target: targetOf(ctx, record) }) });
    switch (decision.do) {
      case 'claim':
        return resume(before);
      case 'takeover':
        return { body: await takeOver(ctx, before) };
      case 'settle': {
        const settled = await settlePark(ctx, before);
        if (settled === null) throw new Fault('not_parked', 'this conversation is not parked');
        return resume(settled);
      }
      case 'dead':
        throw deadFault(record.reason);
      case 'retry':
        throw new Fault('retryable', 'this conversation is being parked just now');
      default:
        return { body: answer(record, 'already') };
    }
  });
}

/** A Studio flow has ended: what it had is invited now. */
async function fromStudio(ctx) {
  const { conversationSid } = ctx.input;
  return untilSettled(async () => {
    const before = await Store.readRecord(ctx, conversationSid);
    const state = before?.record.state ?? null;
    if (state === null || state === 'done') throw new Fault('not_parked', 'this conversation is not parked');
    if (state === 'dead') throw deadFault(before.record.reason);
    if (state !== 'in_studio') return { body: { status: ['invited', 'unparking'].includes(state) ? 'already' : 'ignored', conversationSid } };
    const lease = { owner: Store.random(), now: ctx.api.now(), leaseSeconds: ctx.settings.leaseSeconds };
    const claimed = await Store.writeRecord(ctx, before, Record.unparking(before.record, { unparkId: before.record.unparkId, ...lease }));
    return { body: await carryOn(ctx, claimed, { target: null, wakeIndex: before.record.wakeIndex }) };
  });
}

const optional = (rule) => ({ ...rule, optional: true });
const text = matching(/^[^\0]*$/, 'text');

const message = serve({
  name: 'unpark-on-message',
  auth: 'signed',
  deadline: 'webhook',
  fields: {
    v: matching(/^1$/, '1'),
    park: matching(/^[0-9a-f]{32}$/, '32 hexadecimal digits'),
    kd: sid('KD'),
    uo: sid('UO'),
    ConversationSid: sid('CH'),
    EventType: matching(/^\w{1,64}$/, 'an event of Conversations'),
    Index: optional(matching(/^\d{1,15}$/, 'a whole number')),
    Author: optional(text),
    ParticipantSid: optional(sid('MB')),
    StateTo: optional(text),
  },
  run: onMessage,
});

const studio = serve({
  name: 'unpark-from-studio',
  auth: 'signed',
  deadline: 'park',
  fields: { conversationSid: sid('CH') },
  run: fromStudio,
});

const worker = serve({
  name: 'unpark',
  auth: 'token',
  deadline: 'park',
  fields: { conversationSid: sid('CH'), workerSid: optional(sid('WK')), queueSid: optional(sid('WQ')) },
  run: byWorker,
});

module.exports = {
  agentOf, arrived, bury, channelAt, channelStatus, findTask, hasEnded, isSupervisor, mayActFor, message, purge, routing, settlePark,
  studio, takeOver, taskStatus, untilSettled, wake, worker,
};
