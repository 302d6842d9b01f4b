'use strict';

/**
 * Close a conversation's interaction channel, or make it inactive, and take away everything of ours.
 *
 * Where to is read from the record or from the task's attributes, never from the request. The channel goes first: a handler
 * that is lost after it leaves a record of a closed channel, which every other handler ends on sight.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, asFault, orMissing } = load('api');
const { isSupervisor } = load('authority');
const { purge } = load('ending');
const { serve, sid, oneOf } = load('entry');
const Attributes = load('attributes');
const { channelAt, channelStatus } = load('lookup');
const Record = load('record');
const Store = load('store');
const { untilSettled } = load('wake');

const ENDS = new Set(['closed', 'failed']);
const MINE = new Set(['accepted', 'wrapping']);

/**
 * The channel gets its new status. @param routing `closed`: its tasks are completed; null: they go to wrapping
 * @returns whether this call may have done it; false: it was so before
 */
async function closeChannel(ctx, where, { status, routing }) {
  try {
    await channelAt(ctx, where).update({ status, ...(routing ? { routing: { status: routing } } : {}) });
    return true;
  } catch (error) {
    const now = await channelStatus(ctx, where);
    if (now === 'gone') throw new Fault('expired', 'the interaction channel no longer exists', { twilio: { status: 404, code: 20404 } });
    if (now !== status && !ENDS.has(now)) throw asFault(error, 'closing the channel');
    return false;
  }
}

/** The record ends, and nothing of ours is left. */
async function endRecord(ctx, conversationSid) {
  await untilSettled(async () => {
    const before = await Store.readRecord(ctx, conversationSid);
    if (before === null) return;
    if (!Record.over(before.record)) await Store.writeRecord(ctx, before, Record.done(before.record));
    await purge(ctx, { ...before.record, webhookUnsure: true });
  });
}

/** The channel of a record and its tasks are closed for good; the record ends. */
async function closeForGood(ctx, { record }) {
  await closeChannel(ctx, record, { status: 'closed', routing: 'closed' }).catch((error) => {
    if (error.code !== 'expired') throw error;
  });
  await endRecord(ctx, record.conversationSid);
}

/** The interaction of a task of this conversation. @returns {interactionSid, channelSid, mine}; null without such a task */
async function ofTask(ctx, { taskSid, conversationSid }) {
  if (taskSid === null) return null;
  const task = ctx.api.client.taskrouter.v1.workspaces(ctx.env.workspaceSid).tasks(taskSid);
  const [found, reservations] = await Promise.all([orMissing(task.fetch()), orMissing(task.reservations.list({ pageSize: 50, limit: 50 }))]);
  if (found === null) return null;
  const read = (key) => {
    try {
      return Attributes.read(found.attributes, key);
    } catch {
      return undefined;
    }
  };
  const [interactionSid, channelSid] = [read('flexInteractionSid'), read('flexInteractionChannelSid')];
  if (read('conversationSid') !== conversationSid || !sid('KD').test(interactionSid) || !sid('UO').test(channelSid)) return null;
  const mine = (reservations ?? []).some((r) => r.workerSid === ctx.caller.workerSid && MINE.has(r.reservationStatus));
  return { interactionSid, channelSid, mine: mine && ['assigned', 'wrapping'].includes(found.assignmentStatus) };
}

async function run(ctx) {
  const { conversationSid, status, routingStatus } = ctx.input;
  if (status === 'inactive' && routingStatus === null) {
    throw new Fault('bad_request', 'the request is not valid', { problems: [{ field: 'routingStatus', problem: 'is missing', allowed: 'closed, which `inactive` needs' }] });
  }
  const [before, task] = await Promise.all([Store.readRecord(ctx, conversationSid), ofTask(ctx, ctx.input)]);
  const record = before === null || Record.over(before.record) ? null : before.record;
  if (record === null && task === null) throw new Fault('not_parked', 'this conversation is not parked, and no task of it was given');
  const parkedIt = record?.workerSid === ctx.caller.workerSid && record.state !== 'invited';
  if (!isSupervisor(ctx) && !parkedIt && !task?.mine) {
    throw new Fault('forbidden', 'only who parked this conversation, has its task, or supervises may close it');
  }
  if (record !== null && record.state !== 'in_studio' && Record.leaseLive(record, ctx.api.now())) throw new Fault('retryable', 'this conversation is being parked or resumed just now');
  const closing = closeChannel(ctx, record ?? task, { status, routing: routingStatus });
  const did = await closing.catch(async (error) => {
    if (error instanceof Fault && error.code === 'expired') await endRecord(ctx, conversationSid);
    throw error;
  });
  ctx.api.grace(1200);
  if (before !== null) await endRecord(ctx, conversationSid);
  return { body: { status: did ? status : 'already', conversationSid } };
}

const handler = serve({
  name: 'close',
  auth: 'token',
  deadline: 'park',
  fields: {
    conversationSid: sid('CH'),
    taskSid: { ...sid('WT'), optional: true },
    status: oneOf('closed', 'inactive'),
    routingStatus: { ...oneOf('closed'), optional: true },
  },
  run,
});

module.exports = { closeForGood, handler };
