'use strict';

/**
 * What a park must know: everything is read at once, held against the task whatever the browser said, and becomes the facts that
 * the record keeps. Looks, changes nothing.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, orMissing } = load('api');
const Attributes = load('attributes');
const { agentOf } = load('authority');
const { channelAt, taskStatus } = load('lookup');
const Store = load('store');

const AGENTS = new Set(['agent', 'supervisor', 'bot']);

/** Level 2: everything at once; the SIDs are hints of the browser's until `check` has held them against the task. */
async function gather(ctx, { taskSid, conversationSid, interactionSid, channelSid }) {
  const { client } = ctx.api;
  const task = client.taskrouter.v1.workspaces(ctx.env.workspaceSid).tasks(taskSid);
  const channel = channelAt(ctx, { interactionSid, channelSid });
  const conversation = client.conversations.v1.conversations(conversationSid);
  const names = ['agent', 'before', 'draining', 'task', 'reservations', 'channel', 'participants', 'invites', 'conversation', 'members', 'messages', 'webhooks', 'hasList'];
  const values = await Promise.all([
    agentOf(ctx),
    Store.readRecord(ctx, conversationSid),
    Store.draining(ctx),
    orMissing(task.fetch()),
    orMissing(task.reservations.list({ pageSize: 50, limit: 50 })),
    orMissing(channel.fetch()),
    orMissing(channel.participants.list({ pageSize: 100, limit: 200 })),
    orMissing(channel.invites.list({ pageSize: 100, limit: 200 })),
    orMissing(conversation.fetch()),
    orMissing(conversation.participants.list({ pageSize: 100, limit: 200 })),
    orMissing(conversation.messages.list({ order: 'desc', pageSize: 1, limit: 1 })),
    orMissing(conversation.webhooks.list({ pageSize: 5, limit: 20 })),
    Store.hasList(ctx, ctx.input.workerSid ?? ctx.caller.workerSid),
  ]);
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

const routingOf = (thing) => (typeof thing === 'string' ? parsed(thing) : thing ?? {});
const notAssigned = (why) => new Fault('not_assigned', why);

/** Tasks on this channel, other than this one, that have to be looked at: other agents' and pending invites'. */
function otherTasks(found, taskSid) {
  const known = new Set([taskSid, ...(found.before?.record.endedTasks ?? [])]);
  const agents = found.participants.filter((p) => AGENTS.has(p.type)).map((p) => routingOf(p.routingProperties).task_sid);
  const invited = found.invites.map((invite) => routingOf(invite.routing).properties?.sid);
  return [...new Set([...agents, ...invited])].filter((task) => typeof task === 'string' && task.startsWith('WT') && !known.has(task));
}

/** The conversation's customers: whoever is reached by an address, or has an identity that is no agent's. */
function customersOf(members, agentIdentity) {
  return members.flatMap((member) => {
    const address = routingOf(member.messagingBinding).address ?? null;
    const attributes = parsed(member.attributes);
    const isAgent = AGENTS.has(attributes.member_type) || (member.identity && member.identity === agentIdentity);
    if (isAgent || (address === null && !member.identity)) return [];
    return [{ participantSid: member.sid, identity: member.identity ?? null, address }];
  });
}

/** What of the task must hold, whatever the browser says. @returns its attributes' text and the agent's participant. */
function check(ctx, found) {
  const { taskSid, conversationSid, interactionSid, channelSid } = ctx.input;
  const { task } = found;
  if (task === null) throw notAssigned('there is no such task');
  if (task.assignmentStatus !== 'assigned') throw notAssigned('the task is not assigned');
  const mine = (found.reservations ?? []).some((r) => r.workerSid === found.agent.workerSid && r.reservationStatus === 'accepted');
  if (!mine) throw notAssigned('the task is not assigned to this worker');
  let of;
  try {
    of = Object.fromEntries(['conversationSid', 'flexInteractionSid', 'flexInteractionChannelSid'].map((key) => [key, Attributes.read(task.attributes, key)]));
  } catch {
    throw notAssigned('the task has no attributes that can be read');
  }
  if (of.conversationSid !== conversationSid || of.flexInteractionSid !== interactionSid || of.flexInteractionChannelSid !== channelSid) {
    throw notAssigned('the task does not belong to this conversation');
  }
  if (found.channel === null) throw new Fault('expired', 'the interaction channel no longer exists', { twilio: { status: 404, code: 20404 } });
  if (['closed', 'failed'].includes(found.channel.status)) throw new Fault('closed', `the interaction channel is ${found.channel.status}`);
  if (found.conversation === null || found.conversation.state === 'closed') throw new Fault('closed', 'the conversation is closed');
  const lists = [found.participants, found.invites, found.members, found.messages, found.webhooks];
  if (lists.includes(null)) throw new Fault('retryable', 'Twilio did not show all of this conversation; the same request may be repeated');
  const agents = found.participants.filter((p) => p.type === 'agent');
  const participant = agents.find((p) => routingOf(p.routingProperties).task_sid === taskSid)
    ?? (agents.length === 1 && !routingOf(agents[0].routingProperties).task_sid ? agents[0] : undefined);
  if (participant === undefined) throw notAssigned('the agent is not in this interaction');
  return participant;
}

/**
 * What was read in parallel may straddle another handler's park of the same task: before a refusal the record is looked
 * at once more. @throws Store.Lost when it has changed
 */
async function sameRecord(ctx, found, checking) {
  try {
    return checking();
  } catch (refusal) {
    const now = await Store.readRecord(ctx, ctx.input.conversationSid);
    if ((now?.revision ?? null) !== (found.before?.revision ?? null)) throw new Store.Lost();
    throw refusal;
  }
}

/** No other agent, no pending invite or transfer: another live task on the channel is one of these. */
async function checkAlone(ctx, found) {
  const tasks = otherTasks(found, ctx.input.taskSid);
  const statuses = await Promise.all(tasks.map((task) => taskStatus(ctx, task)));
  if (statuses.some((status) => status === 'assigned')) throw new Fault('conflict', 'another agent is in this conversation');
  if (statuses.some((status) => ['pending', 'reserved'].includes(status))) {
    throw new Fault('conflict', 'an invite or a transfer is pending in this conversation');
  }
}

/** The facts a record keeps, with everything the next task needs. @throws Fault too_large before anything is changed */
function factsOf(ctx, found, participant) {
  const { task } = found;
  const customers = customersOf(found.members, found.agent.identity);
  if (customers.length === 0) throw new Fault('conflict', 'there is no customer in this conversation');
  const attributes = Attributes.inherit(task.attributes, {
    queueName: task.taskQueueFriendlyName, queueSid: task.taskQueueSid, workerSid: found.agent.workerSid,
  });
  const marks = { parkId: Store.random(), unparkId: Store.random(), to: ctx.settings.resume.destination };
  const customer = customers[0].address ?? customers[0].identity;
  const length = Attributes.finalLength(Attributes.forInvite(attributes, marks), { channelType: found.channel.type, customer });
  if (length > Attributes.LIMIT) {
    throw new Fault('too_large', `the next task's attributes would have ${length} characters; ${Attributes.LIMIT} are allowed`);
  }
  const { conversationSid, interactionSid, channelSid, taskSid } = ctx.input;
  return {
    conversationSid,
    interactionSid,
    channelSid,
    channelType: found.channel.type,
    taskSid,
    participantSid: participant.sid,
    workerSid: found.agent.workerSid,
    customers,
    routing: {
      workflowSid: task.workflowSid,
      queueSid: task.taskQueueSid,
      queueName: task.taskQueueFriendlyName,
      taskChannelUniqueName: task.taskChannelUniqueName,
      priority: task.priority,
    },
    attributes,
    seenIndex: found.messages[0]?.index ?? -1,
  };
}

module.exports = { check, checkAlone, customersOf, factsOf, gather, otherTasks, parsed, sameRecord };
