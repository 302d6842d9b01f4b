'use strict';

/**
 * Repair of one record: compare it with what is there, say what is wrong, and (unless it is only asked) put it right.
 * Everything here may run at the same time as any handler: it leaves records with a live lease alone, and each change of a
 * record is a compare-and-set.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, classify } = load('api');
const Ended = load('ended');
const Expired = load('expired');
const { channelStatus, hasEnded, missed, taskStatus } = load('lookup');
const Record = load('record');
const Store = load('store');
const { settlePark, takeOver, wake } = load('wake');
const Webhooks = load('webhooks');

const QUIET_MS = 30000; // a handler lives 10 s: what it does late is over by then
const ROUNDS = 2;
const REPAIRED_BESIDE = 2;

const step = (what, why, more = {}) => ({ do: what, why, ...more });

/** Webhooks of this episode against the one there should be. */
function webhookSteps(ctx, record, webhooks) {
  const ours = webhooks.filter((webhook) => Webhooks.isOf(webhook, record.parkId));
  const wanted = Webhooks.urlFor(ctx, record);
  const current = ours.filter((webhook) => webhook.configuration.url === wanted);
  const kept = current.find(({ sid }) => sid === record.webhookSid) ?? current[0] ?? ours[0];
  if (kept === undefined) return [step('add webhook', 'no webhook of ours waits for the customer')];
  const steps = [];
  if (!current.includes(kept)) steps.push(step('point webhook', 'its URL is of another domain or version', { sid: kept.sid }));
  for (const { sid } of ours) if (sid !== kept.sid) steps.push(step('remove webhook', 'one is enough', { sid }));
  return steps;
}

async function planParked(ctx, { record }) {
  const [channel, webhooks, waiting, listed] = await Promise.all([
    channelStatus(ctx, record),
    Webhooks.list(ctx, record.conversationSid),
    missed(ctx, record),
    ctx.settings.showList ? Store.hasItem(ctx, record) : null,
  ]);
  const index = Math.max(waiting ?? -1, Record.due(record) ? record.wakeIndex : -1);
  const renewed = channel === 'gone' && Expired.renews(ctx, index);
  if (['closed', 'failed', 'gone'].includes(channel) && !renewed) return [step('bury', `the interaction channel is ${channel}`, { channel })];
  if (index >= 0) return [step('wake', `the customer's message ${index} has not been acted on`, { channel, index })];
  if (renewed) return [...webhookSteps(ctx, record, webhooks), ...(listed ? [step('remove from list', 'its channel is gone: no agent can resume it')] : [])];
  const shown = Record.listTtlLeft(ctx.settings, record, ctx.api.now()) !== null;
  return [
    ...webhookSteps(ctx, record, webhooks),
    ...(listed === false && shown ? [step('add to list', "the worker's list does not have it")] : []),
  ];
}

/** What is left of an episode that is over. */
async function planTidy(ctx, { record }) {
  if (record.tidied) return [];
  const [webhooks, listed] = await Promise.all([
    Webhooks.list(ctx, record.conversationSid),
    ctx.settings.showList ? Store.hasItem(ctx, record) : false,
  ]);
  const ours = webhooks.filter((webhook) => Webhooks.isOf(webhook, record.parkId) || Webhooks.isFlowOf(webhook, record));
  return [
    ...ours.map(({ sid }) => step('remove webhook', `nobody needs it: the conversation is ${record.state}`, { sid })),
    ...(listed ? [step('remove from list', `the conversation is ${record.state}`)] : []),
    step('tidied', 'nothing of ours is left'),
  ];
}

/** Looks, changes nothing. @returns the steps that would put this record right: [{do, why}] */
async function plan(ctx, snapshot) {
  const { record } = snapshot;
  if (Record.leaseLive(record, ctx.api.now())) return [];
  switch (record.state) {
    case 'parking':
      return hasEnded(await taskStatus(ctx, record.taskSid))
        ? [step('finish park', 'the agent has left, and its handler did not come back')]
        : [step('undo park', 'the agent is still in, and its handler did not come back')];
    case 'unparking':
    case 'in_studio':
      return [step('take over', `the lease of the ${record.state} handler is over`)];
    case 'parked':
      return planParked(ctx, snapshot);
    case 'invited': {
      const decision = await Ended.decide(ctx, snapshot);
      return decision.do === 'nothing' ? planTidy(ctx, snapshot) : [decision];
    }
    default:
      return planTidy(ctx, snapshot);
  }
}

const quietSince = ({ updated }, now) => now - Date.parse(updated) > QUIET_MS;

/** Does one step. @returns the snapshot to look at again, or null */
async function act(ctx, before, { do: what, sid, channel, index, ...rest }) {
  const { record } = before;
  switch (what) {
    case 'finish park':
    case 'undo park':
      return settlePark(ctx, before);
    case 'take over':
      await takeOver(ctx, before);
      return null;
    case 'wake':
      await wake(ctx, { ...before, record: { ...record, webhookUnsure: true } }, channel, { wakeIndex: index });
      return null;
    case 'add webhook':
      await Ended.equip(ctx, await Store.writeRecord(ctx, before, { ...record, webhookUnsure: true }));
      return null;
    case 'point webhook':
      await Webhooks.point(ctx, record, sid);
      return null;
    case 'remove webhook':
      await Webhooks.remove(ctx, record.conversationSid, sid);
      return null;
    case 'add to list':
      if (await Store.hasList(ctx, record.workerSid) === false) await Store.createList(ctx, record.workerSid);
      await Store.putItem(ctx, record);
      return null;
    case 'remove from list':
      await Store.removeItem(ctx, record);
      return null;
    case 'tidied':
      if (quietSince(before, ctx.api.now())) await Store.writeRecord(ctx, before, Record.tidied(record));
      return null;
    default:
      await Ended.act(ctx, before, { do: what, channel, ...rest });
      return null;
  }
}

const told = (steps) => steps.filter(({ do: what }) => what !== 'tidied').map(({ do: what, why }) => ({ do: what, why }));

/**
 * One record, put right. @param dryRun only say what would be done.
 * @returns {conversationSid, parkId, state, steps: [{do, why}], failed?}: what was done, up to where it failed
 */
async function repair(ctx, before, { dryRun }) {
  const { conversationSid, parkId, state } = before.record;
  const done = [];
  const item = { conversationSid, parkId, state };
  try {
    let snapshot = before;
    for (let round = 1; snapshot !== null && round <= ROUNDS; round += 1) {
      const steps = await plan(ctx, snapshot);
      if (dryRun) return { ...item, steps: told(steps) };
      let next = null;
      for (const one of steps) {
        try {
          next = await act(ctx, snapshot, one);
        } catch (error) {
          // A closed channel that is found on the way ends the record: that is an outcome, not a failure.
          if (!(error instanceof Fault && ['closed', 'expired'].includes(error.code))) throw error;
        }
        done.push(one);
      }
      snapshot = next;
    }
    return { ...item, steps: told(done) };
  } catch (error) {
    return { ...item, steps: told(done), failed: Ended.failureOf(before, error) };
  }
}

const shuffled = (list) => list.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);

/**
 * What a function does beside its own work, and without harm to it: of the records that `look` gives, two at most that show by
 * themselves that they were left are repaired.
 */
async function beside(ctx, look) {
  try {
    const due = shuffled(await look()).filter(({ record }) => Record.needsHelp(record, ctx.api.now())).slice(0, REPAIRED_BESIDE);
    if (due.length === 0) return;
    await Promise.all(due.map((snapshot) => repair(ctx, snapshot, { dryRun: false })));
    ctx.note({ repaired: due.length });
  } catch (error) {
    ctx.note({ repair: error instanceof Fault ? error.code : classify(error).kind });
  }
}

module.exports = { beside, quietSince, repair, shuffled };
