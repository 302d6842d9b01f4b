'use strict';

/**
 * What there is now, asked of Twilio: the state of a task, of an interaction channel, and what a conversation's customers wrote.
 * Looks, changes nothing.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { orMissing } = load('api');
const Record = load('record');

const ENDED = new Set(['completed', 'canceled']);

const channelAt = ({ api }, { interactionSid, channelSid }) => api.client.flexApi.v1.interaction(interactionSid).channels(channelSid);

/** @returns the task's assignment status, `gone` when Twilio no longer has it. */
async function taskStatus({ api, env }, taskSid) {
  const task = await orMissing(api.client.taskrouter.v1.workspaces(env.workspaceSid).tasks(taskSid).fetch());
  return task === null ? 'gone' : task.assignmentStatus;
}

const hasEnded = (status) => status === 'gone' || ENDED.has(status);

/** @returns the channel's status, `gone` when Twilio no longer has it. */
async function channelStatus(ctx, where) {
  const channel = await orMissing(channelAt(ctx, where).fetch());
  return channel === null ? 'gone' : channel.status;
}

/** Messages of customers after `seenIndex`. @returns the highest such index, or null */
async function missed(ctx, record) {
  const messages = await ctx.api.client.conversations.v1.conversations(record.conversationSid).messages.list({ order: 'desc', pageSize: 50, limit: 50 });
  const indexes = messages
    .filter(({ index, author, participantSid }) => index > record.seenIndex && Record.isCustomer(record, { author, participantSid }))
    .map(({ index }) => index);
  return indexes.length > 0 ? Math.max(...indexes) : null;
}

module.exports = { channelAt, channelStatus, hasEnded, missed, taskStatus };
