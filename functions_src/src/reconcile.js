'use strict';

/**
 * Looking at what is parked: a worker's list, all records of the stack, repairing them, and emptying the stack before it is
 * taken down.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault } = load('api');
const { isSupervisor } = load('authority');
const { serve, sid, oneOf, matching } = load('entry');
const Close = load('close');
const Ended = load('ended');
const { channelStatus } = load('lookup');
const Record = load('record');
const Repair = load('repair');
const Store = load('store');
const { settlePark, takeOver, wake } = load('wake');

const BATCH = 5;
const RESERVE_MS = 2500;
const PARK_LASTS_MS = 10000; // Twilio ends a function after 10 s: no park begun before the flag can still be at work
const LISTED_A_CALL = 100;
const REPAIRED_A_CALL = 8;
const LOOKED_AT = 5;
const REPAIRED_BESIDE = 2;

/** What an operator sees of a record: no attributes, no customer. */
const summary = ({ record }, now) => ({
  conversationSid: record.conversationSid,
  parkId: record.parkId,
  state: record.state,
  workerSid: record.workerSid,
  taskSid: record.taskSid,
  invitedTaskSid: record.invitedTaskSid,
  channelType: record.channelType,
  queueName: record.routing.queueName,
  parkedAt: record.parkedAt,
  leaseExpired: Boolean(record.lease) && !Record.leaseLive(record, now),
  due: record.state === 'parked' && Record.due(record),
});

const open = ({ record }) => !Record.over(record) && record.state !== 'invited';

async function list(ctx) {
  const { snapshots, cursor } = await Store.recordPage(ctx, LISTED_A_CALL, ctx.input.cursor);
  const now = ctx.api.now();
  return { body: { status: 'ok', items: snapshots.map((snapshot) => summary(snapshot, now)), complete: cursor === null, cursor } };
}

/** Close the channel and its tasks for good; the record ends. */
async function closeOne(ctx, { record }) {
  await Close.closeChannel(ctx, record, { status: 'closed', routing: 'closed' }).catch((error) => {
    if (error.code !== 'expired') throw error;
  });
  await Close.endRecord(ctx, record.conversationSid);
}

/** Bring one open record to its end. @returns whether it is at its end */
async function drainOne(ctx, before, mode) {
  let snapshot = before;
  const { state } = snapshot.record;
  if (state !== 'parked') {
    if (Record.leaseLive(snapshot.record, ctx.api.now())) return false;
    if (state !== 'parking') {
      await takeOver(ctx, snapshot);
      return true;
    }
    snapshot = await settlePark(ctx, snapshot);
    if (snapshot === null) return true;
  }
  if (mode === 'close') await closeOne(ctx, snapshot);
  else {
    await wake(ctx, snapshot, await channelStatus(ctx, snapshot.record)).catch((error) => {
      if (!(error instanceof Fault && ['closed', 'expired'].includes(error.code))) throw error;
    });
  }
  return true;
}

/** How many live tasks our workflow still routes (counted up to 50): Twilio deletes no workflow that has some. */
async function liveTasks(ctx) {
  const found = await ctx.api.client.taskrouter.v1.workspaces(ctx.env.workspaceSid).tasks.list({
    workflowSid: ctx.env.workflowSid, assignmentStatus: ['pending', 'reserved', 'assigned', 'wrapping'], pageSize: 50, limit: 50,
  });
  return found.length;
}

async function drain(ctx) {
  const { mode } = ctx.input;
  if (mode === null) {
    throw new Fault('bad_request', 'the request is not valid', { problems: [{ field: 'mode', problem: 'is missing', allowed: 'invite | close' }] });
  }
  const flag = await Store.setDraining(ctx, true);
  const { snapshots, complete } = await Store.allRecords(ctx, RESERVE_MS);
  const waiting = snapshots.filter(open);
  const results = await Promise.all(waiting.slice(0, BATCH).map(async (snapshot) => {
    try {
      return { ended: await drainOne(ctx, snapshot, mode) };
    } catch (error) {
      return { ended: false, failed: Ended.failureOf(snapshot, error) };
    }
  }));
  const done = results.filter(({ ended }) => ended).length;
  const remaining = waiting.length - done;
  const forMs = ctx.api.now() - Date.parse(flag.since);
  const ready = complete && remaining === 0 && forMs > PARK_LASTS_MS;
  const tasks = ready ? await liveTasks(ctx) : null;
  return {
    body: {
      status: 'draining', mode, done, remaining, complete, ready, tasks, draining_for: Math.max(0, Math.floor(forMs / 1000)), failed: results.flatMap(({ failed }) => failed ?? []),
    },
  };
}

async function drainCancel(ctx) {
  await Store.setDraining(ctx, false);
  return { body: { status: 'ok', draining: false } };
}

/** One batch of records put right; `cursor` goes into the next call, until it is null. */
async function repair(ctx) {
  const dryRun = ctx.input.dry_run === 'true';
  const { snapshots, cursor } = await Store.recordPage(ctx, REPAIRED_A_CALL, ctx.input.cursor);
  const results = await Promise.all(snapshots.map((snapshot) => Repair.repair(ctx, snapshot, { dryRun })));
  const items = results.filter(({ steps, failed }) => steps.length > 0 || failed);
  return { body: { status: 'ok', dry_run: dryRun, looked_at: snapshots.length, items, complete: cursor === null, cursor } };
}

const ACTIONS = { list, repair, drain, 'drain-cancel': drainCancel };

const reconcile = serve({
  name: 'reconcile',
  auth: 'signed',
  deadline: 'park',
  fields: {
    action: oneOf(...Object.keys(ACTIONS)),
    mode: { ...oneOf('invite', 'close'), optional: true },
    dry_run: { ...oneOf('true', 'false'), optional: true },
    cursor: { ...matching(/^\d{0,9}:[\w.=+/-]{0,500}$/, 'the `cursor` of the answer before'), optional: true },
  },
  run: (ctx) => ACTIONS[ctx.input.action](ctx),
});

async function parkedOf(ctx) {
  if (!ctx.settings.showList) throw new Fault('disabled', 'lists of parked conversations are switched off here');
  const workerSid = ctx.input.workerSid ?? ctx.caller.workerSid;
  if (workerSid !== ctx.caller.workerSid && !isSupervisor(ctx)) throw new Fault('forbidden', "only a supervisor may see another worker's list");
  const items = await Store.items(ctx, workerSid);
  await helpSome(ctx, items).catch((error) => ctx.note({ repair: error.name }));
  return { body: { items }, outcome: 'listed' };
}

/** Beside its own work: a few records of this list, taken at random, are looked at, and what shows that it was left is repaired. */
async function helpSome(ctx, items) {
  const some = items.map(({ conversationSid }) => ({ conversationSid, at: Math.random() })).sort((a, b) => a.at - b.at).slice(0, LOOKED_AT);
  const snapshots = await Promise.all(some.map(({ conversationSid }) => Store.readRecord(ctx, conversationSid)));
  const due = snapshots.filter((snapshot) => snapshot !== null && Record.needsHelp(snapshot.record, ctx.api.now()));
  const repaired = await Promise.all(due.slice(0, REPAIRED_BESIDE).map((snapshot) => Repair.repair(ctx, snapshot, { dryRun: false })));
  if (repaired.length > 0) ctx.note({ repaired: repaired.length });
}

const parked = serve({
  name: 'parked',
  auth: 'token',
  deadline: 'park',
  fields: { workerSid: { ...sid('WK'), optional: true } },
  run: parkedOf,
});

module.exports = { parked, reconcile };
