'use strict';

/**
 * The way through a Studio flow: the record is `in_studio`, the flow gets the customer's message through a webhook of its own,
 * and ends by calling `unpark-from-studio`. The lease is the flow's time: once it is over anybody may invite without it.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { classify } = load('api');
const Record = load('record');
const Store = load('store');
const Webhooks = load('webhooks');

/** Whether a wake goes through the flow: a customer's, and the first of this episode. */
const wanted = ({ settings }, record, wakeIndex) => settings.resume.destination === 'studio' && wakeIndex !== null
  && record.state === 'parked' && !record.flowSid;

/** @returns {snapshot, entered}: not entered when Twilio refused the flow its webhook, so that the wake goes on without it */
async function enter(ctx, before, wakeIndex) {
  const { flowSid, flowTimeout } = ctx.settings.resume;
  const claim = { flowSid, wakeIndex, unparkId: Store.random(), owner: Store.random(), now: ctx.api.now(), leaseSeconds: flowTimeout };
  const claimed = await Store.writeRecord(ctx, before, Record.inStudio(before.record, claim));
  let studioWebhookSid;
  try {
    studioWebhookSid = await Webhooks.createForFlow(ctx, claimed.record);
  } catch (error) {
    const { kind } = classify(error);
    ctx.note({ studio: kind });
    return { snapshot: claimed, entered: kind === 'ambiguous' || kind === 'deadline' };
  }
  // When the flow was quicker than this, its handler looks for the webhook and takes it away.
  const snapshot = await Store.writeRecord(ctx, claimed, { ...claimed.record, studioWebhookSid }).catch((error) => {
    ctx.note({ record: error instanceof Store.Lost ? 'lost' : classify(error).kind });
    return claimed;
  });
  return { snapshot, entered: true };
}

module.exports = { enter, wanted };
