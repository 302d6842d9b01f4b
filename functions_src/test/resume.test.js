'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, settings, sidOf } = require('./support.js');

const { studio, worker } = require('../src/unpark.js');
const { reconcile } = require('../src/reconcile.js');

const DEFAULTS = structuredClone(settings);
const FLOW = `FW${'3'.repeat(32)}`;

/** A parked conversation under other settings; they are put back afterwards. */
function under(name, changed, body) {
  test(name, async () => {
    Object.assign(settings, changed);
    try {
      const world = new World();
      assert.equal((await world.park()).body.status, 'parked');
      await body(world);
    } finally {
      Object.assign(settings, structuredClone(DEFAULTS));
    }
  });
}

const ours = (world) => world.webhooks.find(({ target }) => target === 'webhook')?.configuration.url;
const flows = (world) => world.webhooks.filter(({ target }) => target === 'studio');
const studioEnds = (world) => world.call(studio, { conversationSid: world.ids.conversationSid });
const repair = (world) => world.call(reconcile, { action: 'repair' });
const through = { resume: { destination: 'studio', workflow: 'park', flowSid: FLOW, flowTimeout: 300 } };

under('through Studio the flow gets the message, and its end makes the one invite', through, async (world) => {
  const url = ours(world);
  const written = world.customerWrites();
  assert.equal((await world.deliver(written, url)).body.status, 'in_studio');
  assert.equal(world.invites.length, 0);
  assert.deepEqual(flows(world).map(({ configuration }) => [configuration.flow_sid, configuration.replay_after]), [[FLOW, written.index - 1]]);
  assert.equal((await world.deliver(world.customerWrites(), url)).body.status, 'already');
  assert.equal((await studioEnds(world)).body.status, 'invited');
  assert.equal((await studioEnds(world)).body.status, 'already');
  assert.equal(world.invites.length, 1);
  assert.deepEqual(world.webhooks, []);
});

under('a flow that never ends is over with its lease: the conversation goes through the workflow', through, async (world) => {
  await world.deliver(world.customerWrites());
  assert.deepEqual((await repair(world)).body.items, []);
  world.seconds += 310;
  assert.deepEqual((await repair(world)).body.items[0].steps.map((step) => step.do), ['take over']);
  assert.equal(world.invites.length, 1);
  assert.deepEqual(world.webhooks, []);
  assert.equal((await studioEnds(world)).body.status, 'already');
});

under('a flow that gets no webhook is left out', through, async (world) => {
  world.fail({ match: /POST .*Webhooks/, status: 400, times: 9 });
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
  assert.equal(world.invites.length, 1);
});

under('a handler that dies before the flow has its webhook loses nothing', through, async (world) => {
  world.fail({ match: /POST .*Webhooks/, kill: true, when: 'after' });
  await world.deliver(world.customerWrites());
  world.faults = [];
  assert.equal((await studioEnds(world)).body.status, 'invited');
  assert.deepEqual(world.webhooks, [], 'the webhook whose SID nobody noted is known by where it begins');
});

under("Studio's end is no way to wake what is not in Studio", through, async (world) => {
  assert.equal((await studioEnds(world)).body.status, 'ignored');
  assert.equal((await world.call(studio, { conversationSid: sidOf('CH') })).body.error.code, 'not_parked');
  assert.equal(world.invites.length, 0);
});

for (const destination of ['queue', 'worker']) {
  under(`a ${destination} as destination is told to the workflow, for the customer's wake alone`, { resume: { destination, workflow: 'park' } }, async (world) => {
    await world.deliver(world.customerWrites());
    assert.equal(JSON.parse(world.lastInvite.raw).flexpark.to, destination);
    world.tasks.get(world.record().invitedTaskSid).assignment_status = 'canceled';
    await repair(world);
    assert.equal(JSON.parse(world.lastInvite.raw).flexpark.to, destination, 'a task that is made again is for the same');
    assert.equal(world.invites.length, 2);
  });
  under(`an agent's resume does not go by the ${destination} of customers`, { resume: { destination, workflow: 'park' } }, async (world) => {
    await world.call(worker, { Token: world.token, conversationSid: world.ids.conversationSid });
    assert.equal(JSON.parse(world.lastInvite.raw).flexpark.to, undefined);
  });
}

under('a message to a channel that is gone gets a new interaction on the same conversation', { onExpired: 'new_interaction' }, async (world) => {
  const url = ours(world);
  world.channel = null;
  const answer = await world.deliver(world.customerWrites(), url);
  assert.equal(answer.body.status, 'invited');
  assert.equal(world.interactions[0].properties.media_channel_sid, world.ids.conversationSid);
  assert.equal(world.record().channelSid, world.channel.sid);
  assert.equal(world.record().interactionSid, world.channel.interaction_sid);
  assert.deepEqual(world.webhooks, []);
  assert.equal((await world.deliver(world.customerWrites(), url)).body.status, 'already');
  assert.equal(world.interactions.length, 1);
});

under('a new interaction whose answer was lost is found, not made twice', { onExpired: 'new_interaction' }, async (world) => {
  world.channel = null;
  world.fail({ match: /POST .*Interactions$/, reset: true, when: 'after' });
  world.addTask = new Proxy(world.addTask, { apply: (add, self, [sid, text, ...rest]) => add.call(self, sid, JSON.stringify({ ...JSON.parse(text), flexInteractionSid: sidOf('KD'), flexInteractionChannelSid: sidOf('UO') }), ...rest) });
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
  assert.equal(world.interactions.length, 1);
});

under('where Twilio refuses a second interaction, or it is not wanted, the conversation is closed', {}, async (world) => {
  world.channel = null;
  world.refusesInteractions = true;
  const answer = await world.deliver(world.customerWrites());
  assert.deepEqual([answer.status, answer.body.error.code], [410, 'expired']);
  assert.equal(world.conversation.state, 'closed');
  assert.equal(world.record().state, 'dead');
});

under('with on_expired: close the conversation is closed', { onExpired: 'close' }, async (world) => {
  world.channel = null;
  assert.equal((await world.deliver(world.customerWrites())).body.error.code, 'expired');
  assert.equal(world.conversation.state, 'closed');
  assert.deepEqual([world.interactions, world.webhooks], [[], []]);
});

under('an agent cannot resume what is gone, and the customer does not write into a void', {}, async (world) => {
  world.channel = null;
  assert.equal((await world.call(worker, { Token: world.token, conversationSid: world.ids.conversationSid })).body.error.code, 'expired');
  assert.equal(world.conversation.state, 'closed');
});

test('the mirror is one key of ours; what others wrote stays as it is, to the digit', async () => {
  settings.mirrorAttributes = true;
  try {
    const world = new World();
    const others = '{"n":12345678901234567890,"__proto__":{"a":1},"x":"\\u0061"}';
    world.conversation.attributes = others;
    await world.park();
    assert.ok(world.conversation.attributes.startsWith(`${others.slice(0, -1)},"flexpark":{"state":"parked"`.replace('\\u0061', '\\u0061')));
    await world.deliver(world.customerWrites());
    assert.equal(world.conversation.attributes, others);
    world.conversation.attributes = 'not json';
    const odd = new World();
    odd.conversation.attributes = 'not json';
    assert.equal((await odd.park()).body.status, 'parked');
    assert.equal(odd.conversation.attributes, 'not json');
  } finally {
    settings.mirrorAttributes = false;
  }
});

test('without the mirror no attribute of the conversation is read or written', async () => {
  const world = new World();
  const { requests } = await world.park();
  assert.ok(requests.every((line) => !/^POST .*Conversations\/CH[0-9a-f]+$/.test(line)));
});

