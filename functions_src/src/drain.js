'use strict';

/**
 * Emptying the stack before it is taken down: parking is refused, and every record comes to its end. Called again and again, each
 * call does a part.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault } = load('api');
const Close = load('close');
const Ended = load('ended');
const { channelStatus } = load('lookup');
const Record = load('record');
const Store = load('store');
const { settlePark, takeOver, wake } = load('wake');

const BATCH = 5;
const RESERVE_MS = 2500;
const PARK_LASTS_MS = 10000; // Twilio ends a function after 10 s: no park begun before the flag can still be at work
const AT_ITS_END = new Set(['nothing', 'end', 'bury', 'close']);

const open = ({ record }) => !Record.over(record) && record.state !== 'invited';

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
  if (mode === 'close') await Close.closeForGood(ctx, snapshot);
  else {
    await wake(ctx, snapshot, await channelStatus(ctx, snapshot.record)).catch((error) => {
      if (!(error instanceof Fault && ['closed', 'expired'].includes(error.code))) throw error;
    });
  }
  return true;
}

/** @returns {ended, failed?} of what was tried with one record */
async function tried(snapshot, ending) {
  try {
    return { ended: await ending };
  } catch (error) {
    return { ended: false, failed: Ended.failureOf(snapshot, error) };
  }
}

/**
 * Where no task is live any more, those of the invited have ended, and nobody may have taken them: once the stack is gone nothing
 * would bring them back. @returns {left, results}
 */
async function settleInvited(ctx, snapshots, mode) {
  const waiting = [...snapshots];
  const results = [];
  const settle = async (snapshot) => {
    const found = await Ended.decide(ctx, snapshot);
    const decision = mode === 'close' && found.do === 'reinvite' ? { ...found, do: 'close' } : found;
    await Ended.act(ctx, snapshot, decision);
    return AT_ITS_END.has(decision.do);
  };
  while (waiting.length > 0 && ctx.api.remaining() > RESERVE_MS) {
    results.push(...await Promise.all(waiting.splice(0, BATCH).map((snapshot) => tried(snapshot, settle(snapshot)))));
  }
  return { left: waiting.length + results.filter(({ ended }) => !ended).length, results };
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
  const results = await Promise.all(waiting.slice(0, BATCH).map((snapshot) => tried(snapshot, drainOne(ctx, snapshot, mode))));
  const done = results.filter(({ ended }) => ended).length;
  const forMs = ctx.api.now() - Date.parse(flag.since);
  const emptied = complete && done === waiting.length && forMs > PARK_LASTS_MS;
  const tasks = emptied ? await liveTasks(ctx) : null;
  const untaken = tasks === 0 ? await settleInvited(ctx, snapshots.filter(({ record }) => record.state === 'invited'), mode) : { left: 0, results: [] };
  const remaining = waiting.length - done + untaken.left;
  const ready = emptied && untaken.left === 0;
  const failed = [...results, ...untaken.results].flatMap((result) => result.failed ?? []);
  return {
    body: {
      status: 'draining', mode, done, remaining, complete, ready, tasks, draining_for: Math.max(0, Math.floor(forMs / 1000)), failed,
    },
  };
}

async function drainCancel(ctx) {
  await Store.setDraining(ctx, false);
  return { body: { status: 'ok', draining: false } };
}

module.exports = { drain, drainCancel };
