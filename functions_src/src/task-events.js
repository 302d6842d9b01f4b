'use strict';

/**
 * What Event Streams tells: ends of tasks, and (where `durable_wake` is on) messages. Delivery is repeated, unordered and
 * account-wide, so an event is only a reason to look: what is not ours is left out before any call, and what is done is
 * decided on the record and the task as they are. An answer of 503 brings the whole array again; what was done stays done.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault } = load('api');
const { serve, sid } = load('entry');
const Ended = load('ended');
const Record = load('record');
const Repair = load('repair');
const Store = load('store');
const Unpark = load('unpark');
const { takeOver, untilSettled } = load('wake');

const TERMINAL = new Set(['task.canceled', 'task.deleted', 'task.system-deleted', 'workflow.timeout'].map((name) => `com.twilio.taskrouter.${name}`));
const MESSAGE = 'com.twilio.conversations.message.added';
const ID = /^[0-9a-f]{32}$/;
const AT_ONCE = 5;
const RESERVE_MS = 2200;
const LOOKED_AT = 50;

/** The events of the body: an array's elements have numeric keys in a Function's event. */
const eventsOf = (event) => Object.keys(event).filter((key) => /^\d{1,4}$/.test(key)).map((key) => event[key]);

const object = (value) => (value !== null && typeof value === 'object' ? value : {});

function attributesOf(text) {
  try {
    return object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The end of a task of ours, or null. */
function endOf(ctx, { type, data }) {
  const payload = object(object(data).payload ?? data);
  if (!TERMINAL.has(type) || payload.workspace_sid !== ctx.env.workspaceSid || !sid('WT').test(payload.task_sid)) return null;
  const attributes = attributesOf(payload.task_attributes);
  const { parkId, unparkId } = object(attributes.flexpark);
  if (!ID.test(parkId) || !ID.test(unparkId) || !sid('CH').test(attributes.conversationSid)) return null;
  return { key: unparkId, conversationSid: attributes.conversationSid, parkId, unparkId, taskSid: payload.task_sid, over: type !== 'com.twilio.taskrouter.workflow.timeout' };
}

/** A message somewhere in the account, or null. */
function messageOf(ctx, { type, data }) {
  const { ConversationSid, Index, Author, ParticipantSid } = object(data);
  if (type !== MESSAGE || !ctx.settings.durableWake || !sid('CH').test(ConversationSid)) return null;
  const index = Number.isSafeInteger(Number(Index)) && Index !== null && Index !== '' ? Number(Index) : null;
  return { key: `${ConversationSid} ${index}`, conversationSid: ConversationSid, message: { index, author: Author ?? null, participantSid: ParticipantSid ?? null } };
}

/** A handler parked it again after this very end, and has died since, or may be at work still: then the event comes again. */
async function finishParkingAgain(ctx, before) {
  if (!Repair.quietSince(before, ctx.api.now())) throw new Fault('retryable', 'a handler may still be at work on this conversation');
  const { failed } = await Repair.repair(ctx, before, { dryRun: false });
  if (failed) throw new Fault('retryable', 'it is parked again, and its webhook could not be made yet');
  return 'park-again';
}

/** The end of one task. @returns what was done, `ignored` where it is not, or no longer, this record's matter */
async function ended(ctx, { conversationSid, parkId, unparkId, taskSid, over }) {
  return untilSettled(async () => {
    const before = await Store.readRecord(ctx, conversationSid);
    const record = before?.record;
    if (!record || record.parkId !== parkId || Record.over(record)) return 'ignored';
    if (Record.halfParkedAgain(record, taskSid)) return finishParkingAgain(ctx, before);
    // A handler that was inviting again after this very end, and may have died: it has given the record a new unparkId already.
    const begun = record.state === 'unparking' && record.invitedTaskSid === taskSid;
    if (record.unparkId !== unparkId && !begun) return 'ignored';
    if (record.state === 'unparking') {
      if (Record.leaseLive(record, ctx.api.now())) throw new Fault('retryable', 'a handler is still at work on this conversation');
      await takeOver(ctx, before);
      throw new Store.Lost();
    }
    if (record.state !== 'invited') return 'ignored';
    const decision = await Ended.decide(ctx, before, { task: taskSid });
    if (decision.do === 'nothing' && over) throw new Fault('retryable', 'the task does not show its end yet');
    await Ended.act(ctx, before, decision);
    return decision.do;
  });
}

async function arrived(ctx, { conversationSid, message }) {
  return (await Unpark.arrived(ctx, { conversationSid, message })).status;
}

async function one(ctx, happening) {
  try {
    return { did: await (happening.message ? arrived : ended)(ctx, happening) };
  } catch (error) {
    if (error instanceof Fault && ['closed', 'expired'].includes(error.code)) return { did: error.code };
    return { failed: error instanceof Fault ? error.code : Ended.failureOf({ record: happening }, error).code };
  }
}

async function run(ctx) {
  const all = eventsOf(ctx.event);
  const ours = new Map(all.map(object).map((event) => endOf(ctx, event) ?? messageOf(ctx, event)).filter(Boolean).map((item) => [item.key, item]));
  const waiting = [...ours.values()];
  const results = [];
  while (waiting.length > 0 && ctx.api.remaining() > RESERVE_MS) {
    results.push(...await Promise.all(waiting.splice(0, AT_ONCE).map((happening) => one(ctx, happening))));
  }
  const failed = results.filter((result) => result.failed).map((result) => result.failed);
  ctx.note({ events: all.length, ours: ours.size, ...(failed.length > 0 ? { failed } : {}) });
  if (failed.length > 0 || waiting.length > 0) throw new Fault('retryable', 'not all of these events could be acted on now');
  const ends = [...ours.values()].some(({ message }) => message === undefined); // messages come from the whole account, and too often
  if (ends && ctx.api.remaining() > RESERVE_MS) await Repair.beside(ctx, async () => (await Store.recordPage(ctx, LOOKED_AT, null)).snapshots);
  const done = results.map(({ did }) => did);
  return { body: { status: 'ok', events: all.length, done }, outcome: [...new Set(done)].join(' ') || 'ignored' };
}

const handler = serve({ name: 'task-events', auth: 'signed', deadline: 'webhook', fields: {}, run });

module.exports = { TERMINAL, handler };
