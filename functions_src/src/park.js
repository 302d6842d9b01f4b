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
const { Fault, asFault, classify, orMissing } = load('api');
const { serve, sid } = load('entry');
const Attributes = load('attributes');
const Mirror = load('mirror');
const Record = load('record');
const Store = load('store');
const Unpark = load('unpark');
const Webhooks = load('webhooks');

const GRACE_MS = 1200;
const AGENTS = new Set(['agent', 'supervisor', 'bot']);

/** Level 2: everything at once; the SIDs are hints of the browser's until `check` has held them against the task. */
async function gather(ctx, { taskSid, conversationSid, interactionSid, channelSid }) {
  const { client } = ctx.api;
  const task = client.taskrouter.v1.workspaces(ctx.env.workspaceSid).tasks(taskSid);
  const channel = Unpark.channelAt(ctx, { interactionSid, channelSid });
  const conversation = client.conversations.v1.conversations(conversationSid);
  const names = ['agent', 'before', 'draining', 'task', 'reservations', 'channel', 'participants', 'invites', 'conversation', 'members', 'messages', 'webhooks', 'hasList'];
  const values = await Promise.all([
    Unpark.agentOf(ctx),
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
  const statuses = await Promise.all(tasks.map((task) => Unpark.taskStatus(ctx, task)));
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

const leaseOf = (ctx) => ({ owner: Store.random(), now: ctx.api.now(), leaseSeconds: ctx.settings.leaseSeconds });

/** Level 4: our webhook, once. Our older ones of this conversation go. @returns as Webhooks.create */
async function ensureWebhook(ctx, record, webhooks) {
  const { conversationSid } = record;
  const ours = webhooks.map((webhook) => ({ sid: webhook.sid, parkId: Webhooks.parkIdOf(ctx, webhook) })).filter(({ parkId }) => parkId !== null);
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
      await Unpark.channelAt(ctx, record).participants(record.participantSid).update({ status: 'closed' });
      return;
    } catch (error) {
      const { kind, twilio } = classify(error);
      maybeSent ||= kind === 'ambiguous';
      if (kind === 'rate' || kind === 'deadline') throw maybeSent ? new Unknown(twilio) : error;
      ctx.api.grace(GRACE_MS);
      let status;
      try {
        status = await Unpark.taskStatus(ctx, record.taskSid);
      } catch {
        throw new Unknown(twilio);
      }
      if (Unpark.hasEnded(status)) return;
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

/** Messages of customers after `seenIndex`. @returns the highest such index, or null */
async function missed(ctx, record) {
  const messages = await ctx.api.client.conversations.v1.conversations(record.conversationSid).messages.list({ order: 'desc', pageSize: 50, limit: 50 });
  const indexes = messages
    .filter(({ index, author, participantSid }) => index > record.seenIndex && Record.isCustomer(record, { author, participantSid }))
    .map(({ index }) => index);
  return indexes.length > 0 ? Math.max(...indexes) : null;
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
    const status = await Unpark.channelStatus(ctx, record).catch(() => 'active');
    await Unpark.wake(ctx, committed, status, { wakeIndex: index }).catch((error) => {
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
  const lease = leaseOf(ctx);
  const agentLeft = resume && (found.task === null || Unpark.hasEnded(found.task.assignmentStatus));
  let record;
  if (resume) record = Record.resumed(before.record, lease);
  else {
    const participant = await sameRecord(ctx, found, () => check(ctx, found));
    await checkAlone(ctx, found);
    const facts = factsOf(ctx, found, participant);
    const foreign = found.webhooks.filter((webhook) => Webhooks.parkIdOf(ctx, webhook) === null);
    if (foreign.length >= Webhooks.MAX) {
      throw new Fault('conflict', 'the conversation has five webhooks of others already, and Twilio allows no more', { twilio: { status: 400, code: 50361 } });
    }
    record = Record.parking({ previous: before?.record ?? null, parkId: Store.random(), facts, ...lease });
  }
  const [snapshot] = await Promise.all([
    Store.writeRecord(ctx, before, record),
    found.hasList === false ? Store.createList(ctx, record.workerSid) : null,
  ]);
  let webhookSid;
  try {
    webhookSid = await ensureWebhook(ctx, snapshot.record, found.webhooks ?? []);
    if (!agentLeft) await closeParticipant(ctx, snapshot.record);
  } catch (error) {
    // A resumed park may have its first handler still at work: only the one that began an episode undoes it.
    if (!resume && !(error instanceof Unknown)) await compensate(ctx, snapshot);
    throw asFault(error, 'parking');
  }
  return finish(ctx, snapshot, webhookSid, { tidy: resume });
}

function mayTouch(ctx, record) {
  if (record.workerSid !== ctx.caller.workerSid && !Unpark.isSupervisor(ctx)) {
    throw new Fault('forbidden', 'another worker parked this conversation');
  }
}

async function park(ctx) {
  const { taskSid, conversationSid } = ctx.input;
  Unpark.mayActFor(ctx);
  return Unpark.untilSettled(async () => {
    const found = await gather(ctx, ctx.input);
    const record = found.before?.record ?? null;
    const unparkId = found.task ? parsed(found.task.attributes).flexpark?.unparkId ?? null : null;
    const ended = new Map();
    for (;;) {
      const decision = Record.decidePark({ record, taskSid, unparkId, ended, now: ctx.api.now() });
      switch (decision.do) {
        case 'look':
          ended.set(decision.at, Unpark.hasEnded(await Unpark.taskStatus(ctx, decision.at)));
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
          await Unpark.takeOver(ctx, found.before);
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

module.exports = { handler, customersOf, missed, otherTasks };
