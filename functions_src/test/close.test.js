'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, sidOf } = require('./support.js');

const { handler } = require('../src/close.js');

const close = (world, more = {}) => world.call(handler, { Token: world.token, conversationSid: world.ids.conversationSid, status: 'closed', ...more });
const writes = (requests) => requests.filter((line) => !line.startsWith('GET'));

test('who parked a conversation closes it, and nothing of ours is left', async () => {
  for (const [status, routingStatus] of [['closed', 'closed'], ['closed', undefined], ['inactive', 'closed']]) {
    const world = new World();
    await world.park();
    const answer = await close(world, { status, routingStatus });
    assert.deepEqual(answer.body, { status, conversationSid: world.ids.conversationSid });
    assert.equal(world.channel.status, status);
    assert.equal(world.channel.routing, routingStatus && '{"status":"closed"}');
    assert.equal(world.record().state, 'done');
    assert.equal(world.webhooks.length, 0);
    assert.equal(world.maps.get(`ParkedInteractions_${world.workerSid}`).size, 0);
  }
});

test('inactive needs the routing status, as Twilio has it', async () => {
  const answer = await close(new World(), { status: 'inactive' });
  assert.equal(answer.body.error.problems[0].field, 'routingStatus');
  assert.deepEqual(answer.requests, []);
});

test('closing twice answers already', async () => {
  const world = new World();
  await close(world, { taskSid: world.ids.taskSid });
  assert.equal((await close(world, { taskSid: world.ids.taskSid })).body.status, 'already');
});

test('an agent closes the conversation of a task that is assigned to them; the channel is that of the task', async () => {
  const world = new World();
  assert.equal((await close(world, { taskSid: world.ids.taskSid })).body.status, 'closed');
  assert.equal((await close(new World())).body.error.code, 'not_parked');
});

test('another agent may not, a supervisor may', async () => {
  const world = new World();
  await world.park();
  const other = world.tokenFor({ worker_sid: sidOf('WK'), roles: ['agent'], identity: 'other' });
  const refused = await close(world, { Token: other });
  assert.equal(refused.body.error.code, 'forbidden');
  assert.deepEqual(writes(refused.requests), []);
  const supervisor = world.tokenFor({ worker_sid: sidOf('WK'), roles: ['supervisor'], identity: 'boss' });
  assert.equal((await close(world, { Token: supervisor })).body.status, 'closed');
});

test('a task of another conversation opens no door', async () => {
  const world = new World();
  const foreign = sidOf('WT');
  world.addTask(foreign, JSON.stringify({ ...world.marks, conversationSid: sidOf('CH') }));
  const answer = await close(world, { taskSid: foreign });
  assert.equal(answer.body.error.code, 'not_parked');
  assert.deepEqual(writes(answer.requests), []);
});

test('a lost answer is settled by looking, and an expired channel ends the record', async () => {
  const world = new World();
  await world.park();
  world.fail({ match: /POST .*Channels/, reset: true, when: 'after' });
  assert.equal((await close(world)).body.status, 'already');
  assert.equal(world.record().state, 'done');
  const expired = new World();
  await expired.park();
  expired.channel = null;
  assert.equal((await close(expired)).body.error.code, 'expired');
  assert.equal(expired.record().state, 'done');
  assert.equal(expired.webhooks.length, 0);
});
