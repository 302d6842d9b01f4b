'use strict';

/**
 * What becomes of a resumed conversation whose task has ended: an agent took it, and the episode is over; or nobody did, and
 * it is invited again, a few times, and then parked again. Decided on what is there now, never on what an event says, so
 * that however often and in whatever order the ends of one task are told it is acted on once.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, classify } = load('api');
const Close = load('close');
const { bury } = load('ending');
const { findTask } = load('invite');
const { channelAt, channelStatus, hasEnded, taskStatus } = load('lookup');
const Mirror = load('mirror');
const Record = load('record');
const Store = load('store');
const { wake } = load('wake');
const Webhooks = load('webhooks');

/** Whether an agent was in the channel for the invited task: for tasks that Twilio no longer has, or never named. */
async function wasTaken(ctx, record, taskSid) {
  const before = new Set([record.taskSid, ...record.endedTasks]);
  const participants = await channelAt(ctx, record).participants.list({ pageSize: 100, limit: 200 });
  return participants.some(({ type, routingProperties }) => {
    const of = (typeof routingProperties === 'string' ? JSON.parse(routingProperties) : routingProperties)?.task_sid;
    return taskSid === null ? type === 'agent' && of && !before.has(of) : of === taskSid;
  });
}

/** One 404 does not end a conversation for good: it is looked at twice. */
async function channelOf(ctx, record) {
  const status = await channelStatus(ctx, record);
  return status === 'gone' ? channelStatus(ctx, record) : status;
}

/**
 * Looks, changes nothing. @param task SID of the task where the caller knows it.
 * @returns {do: nothing | learn | bury | end | reinvite | park-again | close, why, channel} of an `invited` record
 */
async function decide(ctx, { record }, { task: told = null } = {}) {
  const known = record.invitedTaskSid ?? told;
  const taskSid = known ?? await findTask(ctx, record);
  if (known === null && taskSid !== null) return { do: 'learn', why: 'Twilio had not told which task it is', taskSid };
  const task = taskSid === null ? 'gone' : await taskStatus(ctx, taskSid);
  if (!hasEnded(task)) return { do: 'nothing', why: `the task is ${task}` };
  const channel = await channelOf(ctx, record);
  const taken = task === 'gone' && channel !== 'gone' ? await wasTaken(ctx, record, taskSid) : false;
  const decision = { ...Record.decideEnded({ record, task, channel, taken, limit: ctx.settings.reinvites }), channel };
  // A stack that is being emptied parks nothing: the conversation is closed, so that the customer's next message opens a new one.
  if (decision.do !== 'park-again' || !await Store.draining(ctx)) return decision;
  return { ...decision, do: 'close', why: `${decision.why}, and this stack is being emptied` };
}

/** Our webhook and the list's entry for a record that is `parked`. @returns the webhook's SID */
async function equip(ctx, before) {
  const { record } = before;
  const webhookSid = await Webhooks.create(ctx, record);
  const showing = Mirror.show(ctx, record);
  const listing = (async () => {
    if (ctx.settings.showList && await Store.hasList(ctx, record.workerSid) === false) await Store.createList(ctx, record.workerSid);
    await Store.putItem(ctx, record);
  })();
  await Promise.all([showing, listing, Store.writeRecord(ctx, before, { ...record, webhookSid, webhookUnsure: false }).catch(async (error) => {
    if (!(error instanceof Store.Lost)) throw error;
    const now = await Store.readRecord(ctx, record.conversationSid);
    if (now?.record.parkId !== record.parkId || now.record.state !== 'parked') await (webhookSid === null ? Webhooks.removeAll(ctx, record) : Webhooks.remove(ctx, record.conversationSid, webhookSid));
  })]);
  return webhookSid;
}

async function parkAgain(ctx, before) {
  const messages = await ctx.api.client.conversations.v1.conversations(before.record.conversationSid).messages.list({ order: 'desc', pageSize: 1, limit: 1 });
  const seenIndex = messages[0]?.index ?? before.record.seenIndex;
  await equip(ctx, await Store.writeRecord(ctx, before, Record.parkedAgain(before.record, { seenIndex, now: ctx.api.now() })));
}

/** Does what was decided. @throws Store.Lost when another handler came first */
async function act(ctx, before, decision) {
  const { record } = before;
  switch (decision.do) {
    case 'bury':
      await bury(ctx, before, decision.channel).catch((error) => {
        if (!(error instanceof Fault && ['closed', 'expired'].includes(error.code))) throw error;
      });
      return;
    case 'learn':
      await Store.writeRecord(ctx, before, { ...record, invitedTaskSid: decision.taskSid });
      return;
    case 'end':
      await Store.writeRecord(ctx, before, Record.done(record));
      return;
    case 'reinvite': {
      const reinvited = (record.reinvited ?? 0) + (record.direct ? 0 : 1);
      await wake(ctx, before, decision.channel, { reinvited, wakeIndex: Math.max(record.wakeIndex ?? -1, record.seenIndex + 1) });
      return;
    }
    case 'park-again':
      await parkAgain(ctx, before);
      return;
    case 'close':
      await Close.closeForGood(ctx, before);
      return;
    default:
  }
}

/** What went wrong with one record of several: {conversationSid, code, twilio}. */
function failureOf({ record }, error) {
  const code = error instanceof Store.Lost ? 'lost' : error instanceof Fault ? error.code : classify(error).kind;
  return { conversationSid: record.conversationSid, code, twilio: classify(error).twilio };
}

module.exports = { act, decide, equip, failureOf };
