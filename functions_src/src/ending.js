'use strict';

/**
 * How an episode ends: nothing of ours is left on the conversation or in the list; and where the channel cannot take an agent
 * again, the record says so and the conversation is buried.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, classify } = load('api');
const Expired = load('expired');
const Mirror = load('mirror');
const Record = load('record');
const Store = load('store');
const Webhooks = load('webhooks');

/** Nothing of ours stays on the conversation or in the list. What fails here is left to the reconciler. */
async function purge(ctx, record) {
  const known = [record.webhookSid, ...(record.flowSid ? [record.studioWebhookSid] : [])];
  const webhook = known.every(Boolean) && !record.webhookUnsure
    ? Promise.all(known.map((sidOf) => Webhooks.remove(ctx, record.conversationSid, sidOf)))
    : Webhooks.removeAll(ctx, record);
  await Promise.all([
    webhook.catch((error) => ctx.note({ webhook: classify(error).kind })),
    Store.removeItem(ctx, record),
    Mirror.remove(ctx, record),
  ]);
}

function deadFault(reason) {
  return reason.code === 'expired'
    ? new Fault('expired', 'the interaction channel no longer exists: Twilio deletes it after 180 days', { twilio: reason.twilio })
    : new Fault('closed', `the interaction channel is ${reason.channel}; a new message opens a new conversation`, { twilio: reason.twilio });
}

/** The channel cannot take an agent again: the record says so, everything of ours goes. @throws Fault closed | expired */
async function bury(ctx, before, status, twilio = null) {
  const reason = status === 'gone'
    ? { code: 'expired', channel: 'gone', twilio: twilio ?? { status: 404, code: 20404 } }
    : { code: 'closed', channel: status, twilio };
  const writing = Store.writeRecord(ctx, before, Record.dead(before.record, reason)).catch((error) => {
    if (!(error instanceof Store.Lost)) ctx.note({ record: classify(error).kind });
  });
  const closing = status === 'gone' ? Expired.closeConversation(ctx, before.record) : null;
  await Promise.all([writing, closing, purge(ctx, before.record)]);
  throw deadFault(reason);
}

module.exports = { bury, deadFault, purge };
