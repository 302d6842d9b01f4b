'use strict';

/**
 * The interaction channel is gone: Twilio deletes it 180 days after its last update, and the conversation stays open. So that
 * the customer does not write into a void it gets a new interaction, or it is closed and the next message opens a new one.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { classify } = load('api');
const Attributes = load('attributes');

/** Whether a customer's message gets a new interaction. */
const renews = ({ settings }, wakeIndex) => settings.onExpired === 'new_interaction' && wakeIndex !== null;

const taskIn = (routing) => (typeof routing === 'string' ? JSON.parse(routing) : routing)?.properties?.sid ?? null;

/**
 * A new interaction on the old conversation. @param routing text as for an invite; @param findTask looks for what may have been made
 * @returns {inviteSid: null, taskSid, interactionSid, channelSid}; null when Twilio refuses it
 * @throws the client's error when it is not known
 */
async function renew(ctx, record, routing, findTask) {
  const { flexApi, taskrouter } = ctx.api.client;
  const channel = { type: record.channelType, initiated_by: 'customer', properties: { media_channel_sid: record.conversationSid } };
  try {
    const made = await flexApi.v1.interaction.create({ channel, routing });
    const [only] = await flexApi.v1.interaction(made.sid).channels.list({ limit: 1 }).catch(() => []);
    return { inviteSid: null, taskSid: taskIn(made.routing), interactionSid: made.sid, channelSid: only?.sid ?? record.channelSid };
  } catch (error) {
    const { kind } = classify(error);
    if (['refused', 'closed', 'missing', 'exists'].includes(kind)) return null;
    if (kind !== 'ambiguous') throw error;
    const taskSid = await findTask();
    if (taskSid === null) throw error;
    const { attributes } = await taskrouter.v1.workspaces(ctx.env.workspaceSid).tasks(taskSid).fetch();
    const read = (key) => Attributes.read(attributes, key);
    return { inviteSid: null, taskSid, interactionSid: read('flexInteractionSid'), channelSid: read('flexInteractionChannelSid') };
  }
}

/** The conversation is closed: a message of its customer opens a new one. */
async function closeConversation(ctx, { conversationSid }) {
  await ctx.api.client.conversations.v1.conversations(conversationSid).update({ state: 'closed' }).catch((error) => {
    ctx.note({ conversation: classify(error).kind });
  });
}

module.exports = { closeConversation, renew, renews };
