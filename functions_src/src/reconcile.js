'use strict';

/**
 * Looking at what is parked: a worker's list, all records of the stack, and repairing them.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault } = load('api');
const { isSupervisor } = load('authority');
const { serve, sid, oneOf, matching } = load('entry');
const { drain, drainCancel } = load('drain');
const Record = load('record');
const Repair = load('repair');
const Store = load('store');

const LISTED_A_CALL = 100;
const REPAIRED_A_CALL = 8;
const LOOKED_AT = 5;

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

async function list(ctx) {
  const { snapshots, newer, cursor } = await Store.recordPage(ctx, LISTED_A_CALL, ctx.input.cursor);
  const now = ctx.api.now();
  return { body: { status: 'ok', items: snapshots.map((snapshot) => summary(snapshot, now)), newer, complete: cursor === null, cursor } };
}

/** One batch of records put right; `cursor` goes into the next call, until it is null. */
async function repair(ctx) {
  const dryRun = ctx.input.dry_run === 'true';
  const { snapshots, newer, cursor } = await Store.recordPage(ctx, REPAIRED_A_CALL, ctx.input.cursor);
  const results = await Promise.all(snapshots.map((snapshot) => Repair.repair(ctx, snapshot, { dryRun })));
  const items = results.filter(({ steps, failed }) => steps.length > 0 || failed);
  return { body: { status: 'ok', dry_run: dryRun, looked_at: snapshots.length, items, newer, complete: cursor === null, cursor } };
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
  await helpSome(ctx, items);
  return { body: { items }, outcome: 'listed' };
}

/** Beside its own work: a few records of this list, taken at random, are looked at. */
const helpSome = (ctx, items) => Repair.beside(ctx, async () => {
  const some = Repair.shuffled(items).slice(0, LOOKED_AT);
  return (await Promise.all(some.map(({ conversationSid }) => Store.readRecord(ctx, conversationSid)))).filter(Boolean);
});

const parked = serve({
  name: 'parked',
  auth: 'token',
  deadline: 'park',
  fields: { workerSid: { ...sid('WK'), optional: true } },
  run: parkedOf,
});

module.exports = { parked, reconcile };
