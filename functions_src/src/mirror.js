'use strict';

/**
 * With `mirror_attributes`: one key of ours in the conversation's attributes, for Studio flows and others that read them. They
 * belong to others and have no If-Match: whoever writes them between our read and our write loses that write. Best effort.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { classify } = load('api');
const Attributes = load('attributes');

const KEY = 'flexpark';
const MAX_BYTES = 16000; // Conversations refuses attributes over 16 KB

async function change(ctx, conversationSid, raw) {
  if (!ctx.settings.mirrorAttributes) return;
  try {
    const conversation = ctx.api.client.conversations.v1.conversations(conversationSid);
    const { attributes } = await conversation.fetch();
    const merged = Attributes.replace(attributes, KEY, raw);
    if (merged === attributes) return;
    if (Buffer.byteLength(merged) > MAX_BYTES) ctx.note({ mirror: 'too large' });
    else await conversation.update({ attributes: merged });
  } catch (error) {
    ctx.note({ mirror: error instanceof SyntaxError ? 'not JSON' : classify(error).kind });
  }
}

const show = (ctx, { conversationSid, parkId, workerSid, parkedAt, routing: { queueSid, queueName } }) => change(
  ctx, conversationSid, JSON.stringify({ state: 'parked', parkId, workerSid, queueSid, queueName, parkedAt }),
);
const remove = (ctx, { conversationSid }) => change(ctx, conversationSid, null);

module.exports = { show, remove };
