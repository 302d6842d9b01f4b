'use strict';

/**
 * Our webhook on a conversation: what it says, how ours are told from others', how one is made and taken away.
 *
 * Twilio allows five on a conversation and tells the called function nothing about which one called, so the episode is
 * in the URL: its park id is random and long enough to prove that a webhook is of that episode, whatever its domain.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { classify, orMissing } = load('api');

const PATH = '/unpark-on-message';
const VERSION = '1'; // older ones stay valid while records exist
const MAX = 5;

const of = ({ api }, conversationSid) => api.client.conversations.v1.conversations(conversationSid).webhooks;

const list = async (ctx, conversationSid) => (await orMissing(of(ctx, conversationSid).list({ pageSize: MAX, limit: 20 }))) ?? [];

function parsed(webhook) {
  const text = webhook.configuration?.url;
  if (webhook.target !== 'webhook' || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.pathname === PATH ? url : null;
}

/** The park id in the URL of a webhook of this deployment, else null. */
function parkIdOf(ctx, webhook) {
  const url = parsed(webhook);
  return url !== null && url.host === ctx.env.domain ? url.searchParams.get('park') : null;
}

/** Whether a webhook is of this episode, on whichever domain it was made. */
const isOf = (webhook, parkId) => parsed(webhook)?.searchParams.get('park') === parkId;

/** A flow's webhook begins at the message that woke this record: that tells ours from others' of the same flow. */
const flowBegins = ({ wakeIndex }) => wakeIndex - 1;

const isFlowOf = ({ sid, target, configuration }, { flowSid, studioWebhookSid, wakeIndex }) => Boolean(flowSid) && target === 'studio'
  && (sid === studioWebhookSid || (configuration?.flow_sid === flowSid && Number(configuration?.replay_after) === flowBegins({ wakeIndex })));

/** Where the messages of a parked conversation are to go. */
function urlFor(ctx, record) {
  const query = new URLSearchParams({ v: VERSION, park: record.parkId, kd: record.interactionSid, uo: record.channelSid });
  return `https://${ctx.env.domain}${PATH}?${query}`;
}

/** Makes a webhook; after an answer that leaves it open whether it was made it is looked for. @returns {sid, alone} */
async function make(ctx, { conversationSid }, options, isIt) {
  let alone = true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { sid: (await of(ctx, conversationSid).create(options)).sid, alone };
    } catch (error) {
      const { kind, late } = classify(error);
      if (kind !== 'ambiguous') throw error;
      alone &&= !late;
      const now = await of(ctx, conversationSid).list({ pageSize: MAX, limit: 20 });
      const made = now.find(isIt);
      if (made) return { sid: made.sid, alone };
      if (attempt === 2) throw error;
    }
  }
}

/** The one webhook of this episode. @returns its SID, or null when one that was not answered in time may come beside it */
async function create(ctx, record) {
  const options = {
    target: 'webhook',
    'configuration.url': urlFor(ctx, record),
    'configuration.method': 'POST',
    'configuration.filters': ['onMessageAdded', 'onConversationStateUpdated'],
    ...(record.seenIndex >= 0 ? { 'configuration.replayAfter': record.seenIndex } : {}),
  };
  const { sid, alone } = await make(ctx, record, options, (webhook) => isOf(webhook, record.parkId));
  return alone ? sid : null;
}

/** The webhook through which a Studio flow gets the message that woke this record, and what follows. @returns its SID */
async function createForFlow(ctx, record) {
  const options = { target: 'studio', 'configuration.flowSid': record.flowSid, 'configuration.replayAfter': flowBegins(record) };
  return (await make(ctx, record, options, (webhook) => isFlowOf(webhook, record))).sid;
}

/** Let a webhook of an older domain or version point here. */
const point = (ctx, record, webhookSid) => of(ctx, record.conversationSid)(webhookSid).update({ 'configuration.url': urlFor(ctx, record) });

const remove = (ctx, conversationSid, webhookSid) => orMissing(of(ctx, conversationSid)(webhookSid).remove());

/** Take away the webhooks of one episode, but for the one to `keep`. Another episode's are its own handler's matter. */
async function removeAll(ctx, record, keep = null) {
  const { conversationSid, parkId } = record;
  const ours = (await list(ctx, conversationSid)).filter((webhook) => webhook.sid !== keep && (isOf(webhook, parkId) || isFlowOf(webhook, record)));
  await Promise.all(ours.map((webhook) => remove(ctx, conversationSid, webhook.sid)));
}

module.exports = { MAX, create, createForFlow, isFlowOf, isOf, list, parkIdOf, point, remove, removeAll, urlFor };
