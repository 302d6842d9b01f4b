'use strict';

/**
 * The way back: a parked conversation gets exactly one invite.
 *
 * Claim the record (`unparking`, with a random unparkId that the new task carries), invite, then `invited`, and the
 * webhook and the list entry go. Before the invite a failure gives the claim back; once it may have been sent, the
 * claim stays with its lease, and whoever takes over looks for the unparkId first.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, asFault, classify } = load('api');
const { bury, purge } = load('ending');
const Expired = load('expired');
const { Unsettled, findInvite, findTask, invite, routing } = load('invite');
const { channelStatus, hasEnded, taskStatus } = load('lookup');
const Record = load('record');
const Store = load('store');
const Studio = load('studio');

const GRACE_MS = 700;
const ATTEMPTS = 5;

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
  const lease = Store.leaseOf(ctx);
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
  const lease = Store.leaseOf(ctx);
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

module.exports = { carryOn, settlePark, takeOver, untilSettled, wake };
