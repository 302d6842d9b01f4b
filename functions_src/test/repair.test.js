'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, sidOf } = require('./support.js');

const { parked, reconcile } = require('../src/reconcile.js');
const { worker } = require('../src/unpark.js');

const repair = async (world, more = {}) => (await world.call(reconcile, { action: 'repair', ...more })).body;
const does = ({ items }) => items.map(({ steps, failed }) => [...steps.map((step) => step.do), ...(failed ? [failed.code] : [])].join(', '));
const list = (world) => world.maps.get(`ParkedInteractions_${world.workerSid}`);
const writes = (requests) => requests.filter((line) => !line.startsWith('GET'));

async function parkedWorld() {
  const world = new World();
  assert.equal((await world.park()).body.status, 'parked');
  return world;
}

async function invitedWorld() {
  const world = await parkedWorld();
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
  return world;
}

const taskOf = (world) => world.tasks.get(world.record().invitedTaskSid);

test('what is in order is left alone', async () => {
  const world = await parkedWorld();
  const answer = await world.call(reconcile, { action: 'repair' });
  assert.deepEqual(answer.body, { status: 'ok', dry_run: false, looked_at: 1, items: [], newer: [], complete: true, cursor: null });
  assert.deepEqual(writes(answer.requests), []);
});

test('a dry run says what it would do and why, and changes nothing', async () => {
  const world = await parkedWorld();
  world.customerWrites();
  const answer = await world.call(reconcile, { action: 'repair', dry_run: 'true' });
  assert.deepEqual(answer.body.items[0].steps, [{ do: 'wake', why: "the customer's message 1 has not been acted on" }]);
  assert.deepEqual(writes(answer.requests), []);
});

test('a message whose webhook was lost makes one invite', async () => {
  const world = await parkedWorld();
  world.customerWrites();
  assert.deepEqual(does(await repair(world)), ['wake']);
  assert.deepEqual(does(await repair(world)), []);
  assert.equal(world.invites.length, 1);
  assert.equal(world.webhooks.length, 0);
});

test('a webhook that is gone is made again, one of an older domain is pointed here, a second one goes', async () => {
  const world = await parkedWorld();
  world.webhooks.pop();
  assert.deepEqual(does(await repair(world)), ['add webhook']);
  assert.equal(world.record().webhookSid, world.webhooks[0].sid);
  const current = world.webhooks[0].configuration.url;
  world.webhooks[0].configuration.url = current.replace('flexpark-1234-dev', 'flexpark-9999-dev');
  assert.deepEqual(does(await repair(world)), ['point webhook']);
  assert.equal(world.webhooks[0].configuration.url, current);
  world.webhooks.push({ sid: sidOf('WH'), target: 'webhook', configuration: { url: current } });
  world.webhooks.push({ sid: sidOf('WH'), target: 'webhook', configuration: { url: 'https://others.example/unpark-on-message?park=1' } });
  assert.deepEqual(does(await repair(world)), ['remove webhook']);
  assert.equal(world.webhooks.length, 2);
  assert.deepEqual(does(await repair(world)), []);
});

test("an entry that the worker's list lost comes back, unless its time is over", async () => {
  const world = await parkedWorld();
  list(world).clear();
  assert.deepEqual(does(await repair(world)), ['add to list']);
  assert.equal(list(world).size, 1);
  const web = new World({ channelType: 'web' });
  await web.park();
  list(web).clear();
  web.seconds += 86401;
  assert.deepEqual(does(await repair(web)), []);
});

test('a park that was killed is finished when the agent has left, and undone when not', async () => {
  for (const [when, did, state] of [['after', 'finish park', 'parked'], ['before', 'undo park', 'done']]) {
    const world = new World();
    world.fail({ match: /POST .*Interactions.*Participants/, kill: true, when });
    await world.park();
    world.faults = [];
    assert.deepEqual(does(await repair(world)), [], 'a live lease is left alone');
    world.seconds += 60;
    const [done] = does(await repair(world));
    assert.ok(done.startsWith(did), done);
    assert.equal(world.record().state, state);
    assert.equal(world.webhooks.length, state === 'parked' ? 1 : 0);
  }
});

test('a resume that was killed is taken over: its invite is found, not made twice', async () => {
  const world = await parkedWorld();
  world.fail({ match: /POST .*Invites/, kill: true, when: 'after' });
  await world.deliver(world.customerWrites());
  world.faults = [];
  world.seconds += 60;
  assert.deepEqual(does(await repair(world)), ['take over']);
  assert.equal(world.invites.length, 1);
  assert.equal(world.record().state, 'invited');
});

test('a closed channel ends the record and takes everything of ours away', async () => {
  const world = await parkedWorld();
  world.channel.status = 'closed';
  assert.deepEqual(does(await repair(world)), ['bury']);
  assert.equal(world.record().state, 'dead');
  assert.equal(world.webhooks.length, 0);
});

test('an invited record whose task was completed is done', async () => {
  const world = await invitedWorld();
  taskOf(world).assignment_status = 'completed';
  assert.deepEqual(does(await repair(world)), ['end']);
  assert.equal(world.record().state, 'done');
});

test('a task that nobody took is invited again a bounded number of times, then the conversation is parked again', async () => {
  const world = await invitedWorld();
  for (const expected of ['reinvite', 'reinvite', 'park-again']) {
    taskOf(world).assignment_status = 'canceled';
    assert.deepEqual(does(await repair(world)), [expected]);
  }
  assert.equal(world.invites.length, 3);
  assert.equal(world.record().state, 'parked');
  assert.equal(world.webhooks.length, 1);
  assert.equal(list(world).size, 1);
  assert.deepEqual(does(await repair(world)), [], 'the messages of before wake nothing');
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
});

test('a cancelled task for one worker is invited once more through the workflow, whatever the setting', async () => {
  const world = await parkedWorld();
  assert.equal((await world.call(worker, { Token: world.token, conversationSid: world.ids.conversationSid })).body.status, 'invited');
  assert.equal(world.invites[0].routing.properties.worker_sid, world.workerSid);
  taskOf(world).assignment_status = 'canceled';
  assert.deepEqual(does(await repair(world)), ['reinvite']);
  assert.equal(world.invites[1].routing.properties.worker_sid, undefined);
});

test('a task that Twilio no longer has was taken if an agent was in the channel for it, else it is invited again', async () => {
  for (const [taken, expected] of [[true, 'end'], [false, 'reinvite']]) {
    const world = await invitedWorld();
    const task = world.record().invitedTaskSid;
    world.tasks.delete(task);
    if (!taken) world.participants = world.participants.filter((p) => p.routing_properties.task_sid !== task);
    assert.deepEqual(does(await repair(world)), [expected]);
  }
});

test('a task that Twilio did not name is looked for by its mark before anything is decided', async () => {
  const world = await invitedWorld();
  const task = world.record().invitedTaskSid;
  world.documents.get(`park_${world.ids.conversationSid}`).data.invitedTaskSid = null;
  assert.deepEqual(does(await repair(world)), ['learn']);
  assert.equal(world.record().invitedTaskSid, task);
  world.documents.get(`park_${world.ids.conversationSid}`).data.invitedTaskSid = null;
  world.tasks.delete(task);
  assert.deepEqual(does(await repair(world)), ['end'], 'an agent was in the channel for a task that is none of the earlier ones');
});

test('a webhook that was left when an episode ended is taken away, once its handler must be over', async () => {
  const world = await parkedWorld();
  world.fail({ match: /DELETE .*Webhooks/, status: 400, times: 9 });
  await world.deliver(world.customerWrites());
  world.faults = [];
  assert.equal(world.webhooks.length, 1);
  assert.deepEqual(does(await repair(world)), ['remove webhook']);
  world.seconds += 60;
  await repair(world);
  assert.equal(world.record().tidied, true);
  const quiet = await world.call(reconcile, { action: 'repair' });
  assert.ok(quiet.requests.every((line) => !line.includes('Webhooks')));
});

test("asking for one's list wakes what shows that a message of its was lost", async () => {
  const world = await parkedWorld();
  world.customerWrites();
  world.documents.get(`park_${world.ids.conversationSid}`).data.wakeIndex = 1;
  assert.equal((await world.call(parked, { Token: world.token })).status, 200);
  assert.equal(world.invites.length, 1);
});

test('a failing record is told with its code, and stops no other', async () => {
  const world = await parkedWorld();
  world.fail({ match: /GET .*Webhooks/, status: 400, times: 9 });
  const { items } = await repair(world);
  assert.equal(items[0].failed.code, 'refused');
});
