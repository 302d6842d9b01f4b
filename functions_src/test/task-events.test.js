'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, settings, sidOf } = require('./support.js');

const { reconcile } = require('../src/reconcile.js');
const { handler, TERMINAL } = require('../src/task-events.js');

async function invitedWorld() {
  const world = new World();
  await world.park();
  await world.deliver(world.customerWrites());
  return world;
}

/** The CloudEvent of a task, as Event Streams has it. */
function eventOf(world, type, more = {}) {
  const { parkId, unparkId, invitedTaskSid } = world.record();
  const attributes = { conversationSid: world.ids.conversationSid, flexpark: { parkId, unparkId } };
  const payload = { eventtype: type, workspace_sid: world.workspaceSid, task_sid: invitedTaskSid, task_attributes: JSON.stringify(attributes), ...more };
  return { specversion: '1.0', type: `com.twilio.taskrouter.${type}`, id: sidOf('EZ'), data: { name: type, payload } };
}

const send = (world, ...events) => world.call(handler, { bodySHA256: 'x', ...events });
const cancel = (world) => { world.tasks.get(world.record().invitedTaskSid).assignment_status = 'canceled'; };

test('each terminal event of a task invites again, once however often and in whatever order it is told', async () => {
  for (const type of [...TERMINAL].map((name) => name.replace('com.twilio.taskrouter.', ''))) {
    const world = await invitedWorld();
    const events = [eventOf(world, 'workflow.timeout'), eventOf(world, type), eventOf(world, 'task.canceled')];
    cancel(world);
    assert.deepEqual((await send(world, ...events)).body, { status: 'ok', events: 3, done: ['reinvite'] });
    assert.deepEqual((await send(world, ...events)).body.done, ['ignored']);
    assert.equal(world.invites.length, 2, type);
  }
});

test('further ends park it again, and the record is like any parked one', async () => {
  const world = await invitedWorld();
  for (const expected of ['reinvite', 'reinvite', 'park-again']) {
    cancel(world);
    assert.deepEqual((await send(world, eventOf(world, 'task.canceled'))).body.done, [expected]);
  }
  assert.equal(world.record().state, 'parked');
  assert.equal(world.webhooks.length, 1);
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
});

test('while the stack is being emptied nothing is parked again: what nobody takes is closed after the further invites', async () => {
  const world = await invitedWorld();
  await world.call(reconcile, { action: 'drain', mode: 'invite' });
  for (const expected of ['reinvite', 'reinvite', 'close']) {
    cancel(world);
    assert.deepEqual((await send(world, eventOf(world, 'task.canceled'))).body.done, [expected]);
  }
  assert.deepEqual([world.record().state, world.channel.status, world.webhooks.length], ['done', 'closed', 0]);
  assert.deepEqual((await send(world, eventOf(world, 'task.canceled'))).body.done, ['ignored']);
});

test('beside its own work it repairs two records at most that show that they were left', async () => {
  const world = await invitedWorld();
  const left = Array.from({ length: 3 }, () => sidOf('CH'));
  const own = world.documents.get(`park_${world.ids.conversationSid}`);
  for (const conversationSid of left) {
    const data = { ...own.data, conversationSid, state: 'parked', wakeIndex: 9, unparkId: null, invitedTaskSid: null };
    world.documents.set(`park_${conversationSid}`, { ...own, sid: sidOf('ET'), unique_name: `park_${conversationSid}`, data });
  }
  cancel(world);
  const invites = world.invites.length;
  assert.deepEqual((await send(world, eventOf(world, 'task.canceled'))).body.done, ['reinvite']);
  assert.equal(world.invites.length, invites + 3, 'its own, and two of the three');
  assert.deepEqual(left.map((sid) => world.documents.get(`park_${sid}`).data.state).sort(), ['invited', 'invited', 'parked']);
});

test('what is not ours is left out before any call', async () => {
  const world = await invitedWorld();
  cancel(world);
  const foreign = [
    eventOf(world, 'task.canceled', { workspace_sid: sidOf('WS') }),
    eventOf(world, 'task.canceled', { task_attributes: '{}' }),
    eventOf(world, 'task.canceled', { task_attributes: 'not json' }),
    eventOf(world, 'task.canceled', { task_sid: 'WT1' }),
    eventOf(world, 'task.completed'),
    { type: 'com.twilio.conversations.message.added', data: { ConversationSid: world.ids.conversationSid, Index: 9, Author: '+491511' } },
    null,
    'text',
    { type: 'com.twilio.taskrouter.task.canceled', data: null },
  ];
  const answer = await send(world, ...foreign);
  assert.deepEqual([answer.status, answer.body.done, answer.requests], [200, [], []]);
});

test('a live lease answers 503, so that the event comes again', async () => {
  const world = await invitedWorld();
  const event = eventOf(world, 'task.canceled');
  cancel(world);
  Object.assign(world.documents.get(`park_${world.ids.conversationSid}`).data, { state: 'unparking', lease: { owner: 'x', until: world.seconds * 1000 + 9000 } });
  assert.equal((await send(world, event)).status, 503);
  world.seconds += 30;
  assert.deepEqual((await send(world, event)).body.done, ['reinvite']);
});

test('a handler that died while it invited again is taken over when the same event comes again', async () => {
  const world = await invitedWorld();
  const event = eventOf(world, 'task.canceled');
  cancel(world);
  const claim = { state: 'unparking', unparkId: 'f'.repeat(32), lease: { owner: 'x', until: world.seconds * 1000 + 9000 } };
  Object.assign(world.documents.get(`park_${world.ids.conversationSid}`).data, claim);
  assert.equal((await send(world, event)).status, 503);
  world.seconds += 30;
  assert.equal((await send(world, event)).status, 200);
  assert.deepEqual([world.record().state, world.invites.length], ['invited', 2]);
});

test('a handler that died while it parked again is finished when the same event comes again, and only then', async () => {
  const world = await invitedWorld();
  for (let nth = 1; nth <= 2; nth += 1) {
    cancel(world);
    await send(world, eventOf(world, 'task.canceled'));
  }
  const event = eventOf(world, 'task.canceled');
  cancel(world);
  world.fail({ kill: true, match: /POST .*Webhooks$/ });
  await send(world, event);
  assert.deepEqual([world.record().state, world.record().webhookSid, world.webhooks.length], ['parked', null, 0]);
  assert.equal((await send(world, event)).status, 503, 'it may be at work still');
  world.seconds += 31;
  assert.deepEqual((await send(world, event)).body.done, ['park-again']);
  assert.equal(world.webhooks.length, 1);
  assert.deepEqual((await send(world, event)).body.done, ['ignored']);
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
});

test('an end that the task does not show yet comes again; a time-out alone waits for the cancellation', async () => {
  const world = await invitedWorld();
  assert.equal((await send(world, eventOf(world, 'task.canceled'))).status, 503);
  assert.deepEqual((await send(world, eventOf(world, 'workflow.timeout'))).body.done, ['nothing']);
});

test('a closed channel ends the record, no invite is made', async () => {
  const world = await invitedWorld();
  cancel(world);
  world.channel.status = 'closed';
  assert.deepEqual((await send(world, eventOf(world, 'task.canceled'))).body.done, ['bury']);
  assert.equal(world.record().state, 'dead');
  assert.equal(world.invites.length, 1);
});

test('with durable_wake a message whose webhook was lost wakes the conversation, once', async () => {
  settings.durableWake = true;
  try {
    const world = new World();
    await world.park();
    const { index, author } = world.customerWrites();
    const event = { type: 'com.twilio.conversations.message.added', data: { ConversationSid: world.ids.conversationSid, Index: index, Author: author } };
    assert.deepEqual((await send(world, event, event)).body.done, ['invited']);
    assert.deepEqual((await send(world, event)).body.done, ['already']);
    assert.equal(world.invites.length, 1);
    const agents = { ...event, data: { ...event.data, Author: 'agent' } };
    assert.deepEqual((await send(world, agents)).body.done, ['ignored']);
    const unknown = await send(world, { ...event, data: { ...event.data, ConversationSid: sidOf('CH') } });
    assert.deepEqual([unknown.body.done, unknown.requests.length], [['ignored'], 1]);
  } finally {
    settings.durableWake = false;
  }
});
