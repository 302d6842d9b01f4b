'use strict';

/**
 * The record of one parked conversation, and what is to be done about it: pure decisions, no call.
 *
 * parking -> parked -> unparking -> invited -> done, beside `dead` (the channel is closed, failed or expired) and
 * `in_studio`. The record changes only by compare-and-set; the decisions here are taken anew from whatever is read.
 */

const VERSION = 1;
const ENDED_KEPT = 20;
const CLOCK_SLACK_MS = 1500; // the Date header has whole seconds

// By version n: what makes a record of it one of n + 1. Records live for months, and all of them must be read.
const UPGRADES = {};

/** A record of whatever version as one of this version; null for a newer one, which only newer functions may touch. */
function current(data, { version = VERSION, upgrades = UPGRADES } = {}) {
  if (!Number.isInteger(data.v) || data.v < 1 || data.v > version) return null;
  let record = data;
  while (record.v < version) record = { ...upgrades[record.v](record), v: record.v + 1 };
  return record;
}

const leaseLive = (record, now) => Boolean(record.lease) && now <= record.lease.until + CLOCK_SLACK_MS;
const over = (record) => record === null || record.state === 'done' || record.state === 'dead';

/**
 * What a park does with what it finds.
 * @param record or null; @param taskSid the task to park; @param unparkId the mark this task carries, or null;
 * @param ended Map of task SID -> true | false for tasks already looked at; @param now API time in ms.
 * @returns {do: new | resume | already | retry | conflict} or {do: 'look', at: taskSid} when that task's end decides,
 * or {do: 'takeover'} when another's unfinished unpark must be settled first.
 */
function decidePark({ record, taskSid, unparkId, ended, now }) {
  if (over(record)) return { do: 'new' };
  const endOf = (task, then, otherwise) => {
    if (!task) return otherwise;
    if (!ended.has(task)) return { do: 'look', at: task };
    return ended.get(task) ? then : otherwise;
  };
  switch (record.state) {
    case 'parking':
      if (record.taskSid === taskSid) return { do: 'resume' };
      if (leaseLive(record, now)) return { do: 'retry' };
      return endOf(record.taskSid, { do: 'new' }, { do: 'conflict' });
    case 'parked':
      return { do: 'already' };
    case 'unparking':
    case 'in_studio':
      if (unparkId !== null && unparkId === record.unparkId) return { do: 'new' };
      return { do: leaseLive(record, now) ? 'retry' : 'takeover' };
    case 'invited':
      if (unparkId !== null && unparkId === record.unparkId) return { do: 'new' };
      return endOf(record.invitedTaskSid, { do: 'new' }, { do: 'conflict' });
    default:
      return { do: 'conflict' };
  }
}

/** Whether a message is a customer's, by its participant or its author. */
function isCustomer(record, { author, participantSid }) {
  return record.customers.some((customer) => (participantSid && customer.participantSid === participantSid)
    || (author && (customer.identity === author || customer.address === author)));
}

/**
 * What a customer's message does with what it finds.
 * @param message {index, author, participantSid}
 * @returns {do: ignore | note | claim | already | settle | takeover | dead, why}
 */
function decideMessage({ record, parkId, message, now }) {
  if (record === null) return { do: 'ignore', why: 'no record' };
  if (record.parkId !== parkId) return { do: 'ignore', why: 'another episode' };
  if (record.state === 'dead') return { do: 'dead' };
  if (!isCustomer(record, message)) return { do: 'ignore', why: 'not a customer' };
  if (Number.isInteger(message.index) && message.index <= record.seenIndex) return { do: 'ignore', why: 'seen before the park' };
  switch (record.state) {
    case 'parking':
      return { do: leaseLive(record, now) ? 'note' : 'settle' };
    case 'parked':
      return { do: 'claim' };
    case 'unparking':
    case 'in_studio':
      return { do: leaseLive(record, now) ? 'already' : 'takeover' };
    default:
      return { do: 'already' };
  }
}

/** What a worker's resume does with what it finds: the same, without a message. */
function decideResume({ record, now }) {
  if (record === null || record.state === 'done') return { do: 'not_parked' };
  if (record.state === 'dead') return { do: 'dead' };
  if (record.state === 'parked') return { do: 'claim' };
  if (record.state === 'invited') return { do: 'already' };
  if (leaseLive(record, now)) return { do: record.state === 'parking' ? 'retry' : 'already' };
  return { do: record.state === 'parking' ? 'settle' : 'takeover' };
}

const lease = (owner, now, seconds) => ({ owner, until: now + seconds * 1000 });

/** A record in `parking`: everything the way back needs, so that unparking reads no task. */
function parking({ previous, parkId, facts, owner, now, leaseSeconds }) {
  const ended = [...(previous?.endedTasks ?? []), previous?.taskSid, previous?.invitedTaskSid]
    .filter((task) => task && task !== facts.taskSid);
  return {
    v: VERSION,
    state: 'parking',
    parkId,
    ...facts,
    unparkId: null,
    inviteSid: null,
    invitedTaskSid: null,
    wakeIndex: null,
    webhookSid: null,
    parkedAt: new Date(now).toISOString(),
    endedTasks: [...new Set(ended)].slice(-ENDED_KEPT),
    lease: lease(owner, now, leaseSeconds),
  };
}

const resumed = (record, { owner, now, leaseSeconds }) => ({ ...record, lease: lease(owner, now, leaseSeconds) });
const parked = (record, webhookSid) => ({ ...record, state: 'parked', webhookSid: webhookSid ?? record.webhookSid, lease: null });
const noted = (record, index) => ({ ...record, wakeIndex: Math.max(record.wakeIndex ?? -1, index) });
/**
 * `direct`: to one worker; `to`: which filter of ours the task is for, null for the usual ones; `reinvited`: how many invites
 * of this wake ended before anybody took them.
 */
const unparking = (record, { unparkId, owner, now, leaseSeconds, direct = false, to = null, reinvited = 0 }) => ({
  ...record, state: 'unparking', unparkId, direct, to, reinvited, lease: lease(owner, now, leaseSeconds),
});
/** A Studio flow has the conversation until the lease is over. */
const inStudio = (record, { flowSid, wakeIndex, unparkId, owner, now, leaseSeconds }) => ({
  ...noted(record, wakeIndex), state: 'in_studio', flowSid, studioWebhookSid: null, unparkId, lease: lease(owner, now, leaseSeconds),
});
const unclaimed = (record) => ({ ...record, state: 'parked', unparkId: null, lease: null, tidied: false });
/** `parked` once more, since nobody took what was invited: only a message after `seenIndex` wakes it. */
const parkedAgain = (record, { seenIndex, now }) => ({
  ...record,
  state: 'parked',
  seenIndex,
  wakeIndex: null,
  unparkId: null,
  inviteSid: null,
  invitedTaskSid: null,
  endedTasks: [...new Set([...record.endedTasks, record.invitedTaskSid].filter(Boolean))].slice(-ENDED_KEPT),
  parkedAt: new Date(now).toISOString(),
  webhookSid: null,
  webhookUnsure: true,
  flowSid: null,
  studioWebhookSid: null,
  direct: false,
  to: null,
  reinvited: 0,
  lease: null,
  tidied: false,
});
/** Parked once more after the end of this task, and whether its webhook has been made is not known. */
const halfParkedAgain = (record, taskSid) => record.state === 'parked' && record.webhookUnsure && record.endedTasks.includes(taskSid);
const tidied = (record) => ({ ...record, tidied: true });
const invited = (record, { inviteSid, taskSid, interactionSid = record.interactionSid, channelSid = record.channelSid }) => ({
  ...record, state: 'invited', inviteSid, invitedTaskSid: taskSid, interactionSid, channelSid, lease: null,
});
const done = (record) => ({ ...record, state: 'done', lease: null });
const dead = (record, reason) => ({ ...record, state: 'dead', reason, lease: null });

/** Whether a parked record should have been woken by a message that was seen. */
const due = (record) => record.wakeIndex !== null && record.wakeIndex > record.seenIndex;

/** Whether the record itself shows that its handler left it or that a message waits: no call is needed to know. */
const needsHelp = (record, now) => (record.lease ? !leaseLive(record, now) && !over(record) : record.state === 'parked' && due(record));

/**
 * What becomes of an `invited` record. @param task status of its task (`gone`: no longer there); @param channel status of the
 * channel; @param taken whether an agent is known to have taken it; @param limit how often to invite again.
 * @returns {do: nothing | bury | end | reinvite | park-again, why}
 */
function decideEnded({ record, task, channel, taken, limit }) {
  if (!['completed', 'canceled', 'gone'].includes(task)) return { do: 'nothing', why: `the task is ${task}` };
  if (['closed', 'failed', 'gone'].includes(channel)) return { do: 'bury', why: `the interaction channel is ${channel}` };
  if (task === 'completed' || taken) return { do: 'end', why: 'an agent took the task, and it has ended' };
  if (record.direct) return { do: 'reinvite', why: `the task for one worker is ${task}: it goes through the workflow` };
  if ((record.reinvited ?? 0) < limit) return { do: 'reinvite', why: `the task is ${task}, and nobody took it` };
  return { do: 'park-again', why: `the task is ${task}, after ${record.reinvited ?? 0} further invites` };
}

/** The entry of a worker's list. */
const listItem = (record) => ({
  parkId: record.parkId,
  conversationSid: record.conversationSid,
  interactionSid: record.interactionSid,
  channelSid: record.channelSid,
  channelType: record.channelType,
  customer: record.customers[0]?.address ?? record.customers[0]?.identity ?? null,
  queueSid: record.routing.queueSid,
  queueName: record.routing.queueName,
  workerSid: record.workerSid,
  parkedAt: record.parkedAt,
  state: 'parked',
});

/** Seconds an entry of the list lives, or null: never ends (short messages have no window to answer in). */
function listTtl(settings, channelType) {
  return Object.hasOwn(settings.listTtl, channelType) ? settings.listTtl[channelType] : settings.listTtl.default;
}

/** Seconds that are left of it, at least 1; 0: never ends; null: its time is over. */
function listTtlLeft(settings, record, now) {
  const ttl = listTtl(settings, record.channelType);
  if (ttl === null) return 0;
  const left = Math.ceil(ttl - (now - Date.parse(record.parkedAt)) / 1000);
  return left > 0 ? Math.min(left, ttl) : null;
}

module.exports = {
  UPGRADES, VERSION, current, decideEnded, decidePark, decideMessage, decideResume, dead, done, due, halfParkedAgain, inStudio, invited, isCustomer, leaseLive, listItem, listTtl,
  listTtlLeft, needsHelp, noted, over, parked, parkedAgain, parking, resumed, tidied, unclaimed, unparking,
};
