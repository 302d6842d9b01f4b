'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World } = require('./support.js');

const { reconcile } = require('../src/reconcile.js');

const drain = async (world, mode) => (await world.call(reconcile, { action: 'drain', mode })).body;

/** An environment whose drain began long enough ago, with one conversation that was invited and whose task has ended untaken. */
async function untakenWorld(mode) {
  const world = new World();
  await world.park();
  await world.deliver(world.customerWrites());
  await drain(world, mode);
  world.seconds += 11;
  world.tasks.get(world.record().invitedTaskSid).assignment_status = 'canceled';
  return world;
}

test('a drain is not ready while a task has ended that nobody took, told or not', async () => {
  const world = await untakenWorld('invite');
  const first = await drain(world, 'invite');
  assert.deepEqual([first.ready, first.remaining, world.invites.length], [false, 1, 2]);
  const second = await drain(world, 'invite');
  assert.deepEqual([second.ready, second.tasks], [true, 1], 'the new task is live: who drains is told');
  world.tasks.get(world.record().invitedTaskSid).assignment_status = 'completed';
  const third = await drain(world, 'invite');
  assert.deepEqual([third.ready, third.tasks, world.record().state], [true, 0, 'done']);
});

test('with mode close it is closed instead', async () => {
  const world = await untakenWorld('close');
  assert.deepEqual([(await drain(world, 'close')).ready, world.record().state, world.channel.status], [true, 'done', 'closed']);
  assert.equal(world.invites.length, 1);
});

test('what a newer version has parked is left alone: told, never repaired, and no drain is ready over it', async () => {
  const world = new World();
  await world.park();
  const document = world.documents.get(`park_${world.ids.conversationSid}`);
  document.data = { ...document.data, v: 99 };
  const before = JSON.stringify(document);
  const answers = [await world.deliver(world.customerWrites()), await world.call(reconcile, { action: 'drain', mode: 'invite' })];
  for (const { status, body } of answers) assert.deepEqual([status, body.error.code], [503, 'retryable']);
  for (const action of ['list', 'repair']) {
    const { items, newer } = (await world.call(reconcile, { action })).body;
    assert.deepEqual([items, newer], [[], [world.ids.conversationSid]]);
  }
  assert.equal(JSON.stringify(document), before);
  assert.equal(world.invites.length, 0);
});
