'use strict';

/**
 * Who asks for the way back: a customer's message, a worker, the end of a Studio flow. Each reads the record and decides on
 * what it finds; `wake` makes the one invite.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault } = load('api');
const { isSupervisor } = load('authority');
const { bury, deadFault } = load('ending');
const { serve, sid, matching } = load('entry');
const { channelStatus } = load('lookup');
const Record = load('record');
const Store = load('store');
const { carryOn, settlePark, takeOver, untilSettled, wake } = load('wake');

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
    if (state === 'unparking' && !Record.leaseLive(before.record, ctx.api.now())) return { body: await takeOver(ctx, before) };
    if (state !== 'in_studio') return { body: { status: ['invited', 'unparking'].includes(state) ? 'already' : 'ignored', conversationSid } };
    const lease = Store.leaseOf(ctx);
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
    v: matching(/^\d{1,4}$/, 'a version'),
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

module.exports = { arrived, message, studio, worker };
