'use strict';

/**
 * Every call of park and of an unpark by message, times what can go wrong with it, times what follows: the conversation is
 * never lost and never invited twice. The emulator's fault matrix asks the same of deployed functions; this one is quick.
 */

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World } = require('./support.js');
const { message: onMessage, worker } = require('../src/unpark.js');

const FAULTS = {
  '429 once': { status: 429 },
  '429 for ever': { status: 429, times: 1e6, retryAfter: 30 },
  '500 before': { status: 500 },
  '500 after': { status: 500, when: 'after' },
  '503 for ever': { status: 503, times: 1e6 },
  'reset after': { reset: true, when: 'after' },
  404: { status: 404, code: 20404 },
  409: { status: 409 },
  412: { status: 412 },
  400: { status: 400, code: 20001 },
  'killed before': { kill: true },
  'killed after': { kill: true, when: 'after' },
};
const FOLLOWS = ['same request again', 'customer message', 'agent unpark', 'nothing'];

/** Writes, and lets every webhook of ours have the message, as Twilio would. */
async function message(world) {
  const written = world.customerWrites();
  const urls = world.webhooks.map(({ configuration }) => configuration.url);
  const answers = [];
  for (const url of urls) answers.push(await world.call(onMessage, world.webhookEvent(written, url)));
  return answers;
}

const unpark = (world) => world.call(worker, { Token: world.token, conversationSid: world.ids.conversationSid });
const agentIn = (world) => world.tasks.get(world.ids.taskSid).assignment_status === 'assigned';

/** After leases are over and two messages: the agent is in, or exactly one invite was made. */
async function settle(world, label) {
  world.faults = [];
  world.seconds += 60;
  await message(world);
  world.seconds += 60;
  await message(world);
  if (agentIn(world)) assert.equal(world.invites.length, 0, `${label}: invited though the agent is in`);
  else assert.equal(world.invites.length, 1, `${label}: ${world.invites.length} invites, record ${world.record()?.state}`);
  assert.ok(world.webhooks.length <= 1, `${label}: ${world.webhooks.length} webhooks`);
  // A handler that is killed at, or refused, the deletion leaves a webhook that does nothing: the reconciler takes it away.
  const left = /killed|DELETE/.test(label) && world.record()?.state === 'invited' ? 1 : 0;
  if (!agentIn(world)) assert.ok(world.webhooks.length <= left, `${label}: a webhook is left after the unpark`);
}

async function countOf(run, world) {
  return (await run(world)).requests.length;
}

async function cases(prepare, run) {
  const probe = new World();
  await prepare(probe);
  const calls = await countOf(run, probe);
  const table = Array.from({ length: calls }, (_, i) => Object.entries(FAULTS).flatMap(([name, fault]) => FOLLOWS.map((follow) => [i + 1, name, fault, follow]))).flat();
  await Promise.all(table.map(async ([nth, name, fault, follow]) => {
    const world = new World();
    await prepare(world);
    const from = world.requests.length;
    world.fail({ match: /./, nth, ...fault });
    const first = await run(world);
    world.faults = [];
    const label = `call ${nth} (${world.requests[from + nth - 1]}) ${name}, then ${follow}`;
    assert.notEqual(first.status, 500, `${label}: ${JSON.stringify(first.body)}`);
    if (follow === 'same request again') await run(world);
    if (follow === 'customer message') await message(world);
    if (follow === 'agent unpark') await unpark(world);
    await settle(world, label);
  }));
  return table.length;
}

test('park: each call meets each fault', { timeout: 300_000 }, async (t) => {
  const count = await cases(async () => {}, (world) => world.park());
  t.diagnostic(`${count} cases`);
});

test('unpark by message: each call meets each fault', { timeout: 300_000 }, async (t) => {
  const run = (world) => {
    world.url ??= world.webhooks[0].configuration.url;
    world.written ??= world.customerWrites();
    return world.deliver(world.written, world.url);
  };
  const count = await cases((world) => world.park(), run);
  t.diagnostic(`${count} cases`);
});

/** Run `second` as a whole while `first` waits before its call `nth`. */
async function interleaved(world, nth, first, second) {
  let seen = 0;
  let other;
  const firstHandler = world.handlers?.length ?? 0;
  world.pause = async (line, handler) => {
    if (handler !== world.handlers[firstHandler]) return;
    seen += 1;
    if (seen === nth) other = await second();
  };
  const answer = await first();
  world.pause = undefined;
  return [answer, other];
}

test('two parks, interleaved at every call: one parked record, one webhook, both are told so or to repeat', async () => {
  for (let nth = 1; nth <= 22; nth += 1) {
    const world = new World();
    const answers = await interleaved(world, nth, () => world.park(), () => world.park());
    for (const answer of answers.filter(Boolean)) assert.ok([200, 503].includes(answer.status), `call ${nth}: ${JSON.stringify(answer.body)}`);
    assert.equal(world.record().state, 'parked', `call ${nth}`);
    assert.equal(world.webhooks.length, 1, `call ${nth}`);
    await settle(world, `interleaved at ${nth}`);
  }
});

test('a message during every call of a park wakes it', async () => {
  for (let nth = 1; nth <= 22; nth += 1) {
    const world = new World();
    const [parked] = await interleaved(world, nth, () => world.park(), () => message(world));
    assert.equal(parked.status, 200);
    await settle(world, `interleaved at ${nth}`);
  }
});

test('a message and an agent resume at once, interleaved at every call: one invite', async () => {
  for (let nth = 1; nth <= 10; nth += 1) {
    for (const order of ['message first', 'agent first']) {
      const world = new World();
      await world.park();
      const url = world.webhooks[0].configuration.url;
      const byMessage = () => world.deliver(world.customerWrites(), url);
      const byAgent = () => unpark(world);
      const [first, second] = order === 'message first' ? [byMessage, byAgent] : [byAgent, byMessage];
      const answers = await interleaved(world, nth, first, second);
      for (const answer of answers.filter(Boolean)) assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(world.invites.length, 1, `${order}, call ${nth}`);
      await settle(world, `${order}, call ${nth}`);
    }
  }
});
