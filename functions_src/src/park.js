'use strict';

/**
 * Park: the agent leaves, the conversation stays, and the next message of the customer brings it back.
 *
 * Six levels, each in parallel: the token; everything there is to know; the record; the webhook; the agent's participant
 * is closed (the commit point); the record is `parked`, the list has it, and messages that came meanwhile wake it at
 * once. Before the commit point a failure undoes everything, after it there is only forward; when it is not known on
 * which side of it we are, the record stays `parking` and a repeated park, a message or the reconciler settles it.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, asFault, classify } = load('api');
const { isSupervisor, mayActFor } = load('authority');
const { serve, sid } = load('entry');
const Facts = load('facts');
const { channelAt, channelStatus, hasEnded, missed, taskStatus } = load('lookup');
const Mirror = load('mirror');
const Record = load('record');
const Store = load('store');
const { takeOver, untilSettled, wake } = load('wake');
const Webhooks = load('webhooks');

const GRACE_MS = 1200;

/** Level 4: our webhook, once. Our older ones of this conversation go. @returns as Webhooks.create */
async function ensureWebhook(ctx, record, webhooks, previous) {
  const { conversationSid } = record;
  const ofFlow = (webhook) => previous !== null && Webhooks.isFlowOf(webhook, previous);
  const ours = webhooks
    .map((webhook) => ({ sid: webhook.sid, parkId: Webhooks.parkIdOf(ctx, webhook), ofFlow: ofFlow(webhook) }))
    .filter((webhook) => webhook.parkId !== null || webhook.ofFlow);
  const present = ours.find(({ parkId }) => parkId === record.parkId);
  const stale = ours.filter((webhook) => webhook !== present);
  const remove = (webhook) => Webhooks.remove(ctx, conversationSid, webhook.sid).catch((error) => ctx.note({ stale: classify(error).kind }));
  const removing = Promise.all(stale.map(remove));
  if (present || webhooks.length >= Webhooks.MAX) await removing;
  if (present) return present.sid;
  return (await Promise.all([Webhooks.create(ctx, record), removing]))[0];
}

class Unknown extends Fault {
  constructor(twilio = null) {
    super('retryable', 'whether the agent has left is not known yet; repeating this request finishes it', { twilio });
  }
}

/** Level 5, the commit point: the agent's participant is closed. The task says whether it is. @throws Unknown */
async function closeParticipant(ctx, record) {
  let maybeSent = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await channelAt(ctx, record).participants(record.participantSid).update({ status: 'closed' });
      return;
    } catch (error) {
      const { kind, twilio } = classify(error);
      maybeSent ||= kind === 'ambiguous';
      if (kind === 'rate' || kind === 'deadline') throw maybeSent ? new Unknown(twilio) : error;
      ctx.api.grace(GRACE_MS);
      let status;
      try {
        status = await taskStatus(ctx, record.taskSid);
      } catch {
        throw new Unknown(twilio);
      }
      if (hasEnded(status)) return;
      if (attempt === 2) throw maybeSent ? new Unknown(twilio) : error;
    }
  }
}

/**
 * Undo what was done before the commit point. The record first: when another handler has taken the episode over, this
 * one has nothing to undo. What cannot be undone now is settled later.
 */
async function compensate(ctx, snapshot) {
  ctx.api.grace(GRACE_MS);
  try {
    await Store.writeRecord(ctx, snapshot, Record.done(snapshot.record));
    await Webhooks.removeAll(ctx, snapshot.record);
  } catch (error) {
    ctx.note({ undo: error instanceof Store.Lost ? 'lost' : classify(error).kind });
  }
}

/** `parked`, over whatever was written to this episode meanwhile. @returns the snapshot, or null when another handler was first */
async function commit(ctx, snapshot, webhookSid) {
  let current = snapshot;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // When another handler has resumed this episode meanwhile there may be a second webhook: the way back looks for it.
      const alone = current.record.lease?.owner === snapshot.record.lease.owner;
      const record = Record.parked(current.record, webhookSid);
      return await Store.writeRecord(ctx, current, alone ? record : { ...record, webhookUnsure: true });
    } catch (error) {
      if (!(error instanceof Store.Lost)) throw error;
      current = await Store.readRecord(ctx, snapshot.record.conversationSid);
      const sameEpisode = current !== null && current.record.parkId === snapshot.record.parkId;
      if (!sameEpisode || current.record.state !== 'parking') {
        const kept = sameEpisode && current.record.state === 'parked' ? current.record.webhookSid : null;
        if (kept && webhookSid && kept !== webhookSid) await Webhooks.remove(ctx, snapshot.record.conversationSid, webhookSid);
        return null;
      }
      if (attempt === 4) throw new Fault('retryable', 'others are changing this conversation; repeating this request finishes it');
    }
  }
}

/** Level 6: forward only. */
async function finish(ctx, snapshot, webhookSid, { tidy }) {
  const { record } = snapshot;
  const answer = { status: 'parked', conversationSid: record.conversationSid, parkId: record.parkId };
  ctx.api.grace(GRACE_MS);
  const [committed, , , seen] = await Promise.all([
    commit(ctx, snapshot, webhookSid),
    Store.putItem(ctx, record),
    Mirror.show(ctx, record),
    missed(ctx, record).catch((error) => { ctx.note({ missed: classify(error).kind }); return null; }),
  ]);
  if (committed === null) return { body: answer };
  const index = Record.due(committed.record) ? Math.max(committed.record.wakeIndex, seen ?? -1) : seen;
  if (index !== null) {
    const status = await channelStatus(ctx, record).catch(() => 'active');
    await wake(ctx, committed, status, { wakeIndex: index }).catch((error) => {
      ctx.note({ wake: error instanceof Store.Lost ? 'lost' : classify(error).kind });
    });
    return { body: { ...answer, woken: true }, outcome: 'woken' };
  }
  if (tidy && webhookSid !== null) await Webhooks.removeAll(ctx, record, webhookSid).catch((error) => ctx.note({ tidy: classify(error).kind }));
  return { body: answer };
}

/** Levels 3 to 6 of a new episode, or of one to be resumed (its record `before` is `parking` with this task). */
async function episode(ctx, found, { resume }) {
  const { before } = found;
  const lease = Store.leaseOf(ctx);
  const agentLeft = resume && (found.task === null || hasEnded(found.task.assignmentStatus));
  let record;
  if (resume) record = Record.resumed(before.record, lease);
  else {
    const participant = await Facts.sameRecord(ctx, found, () => Facts.check(ctx, found));
    await Facts.checkAlone(ctx, found);
    const facts = Facts.factsOf(ctx, found, participant);
    const foreign = found.webhooks.filter((webhook) => Webhooks.parkIdOf(ctx, webhook) === null);
    if (foreign.length >= Webhooks.MAX) {
      throw new Fault('conflict', 'the conversation has five webhooks of others already, and Twilio allows no more', { twilio: { status: 400, code: 50361 } });
    }
    record = Record.parking({ previous: before?.record ?? null, parkId: Store.random(), facts, ...lease });
    Store.mustFit(record, Store.GROWTH_BYTES);
  }
  const [snapshot] = await Promise.all([
    Store.writeRecord(ctx, before, record),
    found.hasList === false ? Store.createList(ctx, record.workerSid) : null,
  ]);
  let webhookSid;
  try {
    webhookSid = await ensureWebhook(ctx, snapshot.record, found.webhooks ?? [], before?.record ?? null);
    if (!agentLeft) await closeParticipant(ctx, snapshot.record);
  } catch (error) {
    // A resumed park may have its first handler still at work: only the one that began an episode undoes it.
    if (!resume && !(error instanceof Unknown)) await compensate(ctx, snapshot);
    throw asFault(error, 'parking');
  }
  return finish(ctx, snapshot, webhookSid, { tidy: resume });
}

function mayTouch(ctx, record) {
  if (record.workerSid !== ctx.caller.workerSid && !isSupervisor(ctx)) {
    throw new Fault('forbidden', 'another worker parked this conversation');
  }
}

async function park(ctx) {
  const { taskSid, conversationSid } = ctx.input;
  mayActFor(ctx);
  return untilSettled(async () => {
    const found = await Facts.gather(ctx, ctx.input);
    const record = found.before?.record ?? null;
    const unparkId = found.task ? Facts.parsed(found.task.attributes).flexpark?.unparkId ?? null : null;
    const ended = new Map();
    for (;;) {
      const decision = Record.decidePark({ record, taskSid, unparkId, ended, now: ctx.api.now() });
      switch (decision.do) {
        case 'look':
          ended.set(decision.at, hasEnded(await taskStatus(ctx, decision.at)));
          continue;
        case 'new':
          if (found.draining) throw new Fault('draining', 'parking is switched off while this stack is being emptied');
          return episode(ctx, found, { resume: false });
        case 'resume':
          mayTouch(ctx, record);
          return episode(ctx, found, { resume: true });
        case 'already':
          mayTouch(ctx, record);
          return { body: { status: 'already', conversationSid, parkId: record.parkId } };
        case 'takeover':
          await takeOver(ctx, found.before);
          throw new Store.Lost();
        case 'retry':
          throw new Fault('retryable', 'this conversation is being parked or resumed just now');
        default:
          throw new Fault('conflict', 'another task of this conversation is live');
      }
    }
  });
}

const handler = serve({
  name: 'park',
  auth: 'token',
  deadline: 'park',
  fields: { taskSid: sid('WT'), conversationSid: sid('CH'), interactionSid: sid('KD'), channelSid: sid('UO'), workerSid: { ...sid('WK'), optional: true } },
  run: park,
});

module.exports = { handler };
