'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, sidOf } = require('./support.js');

const UNPARK = require('../src/unpark.js');
const RECONCILE = require('../src/reconcile.js');

/** What must hold when an agent is in and nothing is parked. */
function nothingOfOurs(world) {
  assert.deepEqual(world.webhooks, []);
  assert.ok(world.record() === null || world.record().state === 'done');
  for (const items of world.maps.values()) assert.equal(items.size, 0);
}

function isParked(world) {
  assert.equal(world.record().state, 'parked');
  assert.equal(world.webhooks.length, 1);
  assert.equal(world.tasks.get(world.ids.taskSid).assignment_status, 'completed');
  assert.equal(world.maps.get(`ParkedInteractions_${world.workerSid}`).size, 1);
}

test('a park lets the agent go and a message of the customer makes one invite that knows its way back', async () => {
  const world = new World({ attributes: undefined });
  const parked = await world.park();
  assert.equal(parked.status, 200);
  assert.deepEqual(parked.body, { status: 'parked', conversationSid: world.ids.conversationSid, parkId: world.record().parkId });
  isParked(world);

  const woken = await world.deliver(world.customerWrites());
  assert.equal(woken.body.status, 'invited');
  assert.equal(world.invites.length, 1);
  assert.equal(world.record().state, 'invited');
  assert.equal(world.record().invitedTaskSid, woken.body.taskSid);
  const attributes = JSON.parse(world.lastInvite.raw);
  assert.deepEqual(attributes.originalRouting, { queueName: 'Support', queueSid: `WQ${'1'.repeat(32)}`, workerSid: world.workerSid });
  assert.equal(attributes.flexpark.unparkId, world.record().unparkId);
  assert.equal(attributes.topic, 'billing');
  assert.equal(world.webhooks.length, 0);
  assert.equal(world.maps.get(`ParkedInteractions_${world.workerSid}`).size, 0);
});

test('a repeated park answers already, a repeated message makes no second invite', async () => {
  const world = new World();
  await world.park();
  const url = world.webhooks[0].configuration.url;
  assert.equal((await world.park()).body.status, 'already');
  const message = world.customerWrites();
  assert.equal((await world.deliver(message)).body.status, 'invited');
  assert.equal((await world.deliver(message, url)).body.status, 'already');
  assert.equal((await world.deliver(world.customerWrites(), url)).body.status, 'already');
  assert.equal(world.invites.length, 1);
});

test('the task that an invite made can be parked again, with nothing nested', async () => {
  const world = new World();
  await world.park();
  const { body } = await world.deliver(world.customerWrites());
  const task = world.tasks.get(body.taskSid);
  task.assignment_status = 'assigned';
  task.attributes = JSON.stringify({ ...JSON.parse(task.attributes), ...world.marks });
  const again = await world.park({ taskSid: body.taskSid });
  assert.equal(again.body.status, 'parked');
  assert.ok(!world.record().attributes.includes('flexpark'));
  assert.equal(world.record().attributes.match(/originalRouting/g).length, 1);
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
});

test('messages of agents, of bots and from before the park wake nobody', async () => {
  const world = new World();
  await world.park();
  const theirs = { ...world.customerWrites(), author: 'agent', participant_sid: world.members[1].sid };
  assert.equal((await world.deliver(theirs)).body.status, 'ignored');
  assert.equal((await world.deliver(world.messages[0])).body.status, 'ignored');
  assert.equal(world.invites.length, 0);
});

test('a message that races the park wakes it at once', async () => {
  for (const when of [/POST .*Participants\/UT/, /POST .*Webhooks/]) {
    const world = new World();
    world.pause = async (line) => {
      if (when.test(line) && !world.raced) {
        world.raced = true;
        world.customerWrites();
      }
    };
    const answer = await world.park();
    assert.equal(answer.body.status, 'parked');
    assert.equal(answer.body.woken, true);
    assert.equal(world.invites.length, 1);
    assert.equal(world.record().state, 'invited');
    assert.equal(world.webhooks.length, 0);
  }
});

test('a message whose webhook finds the park unfinished is noted, and the park wakes', async () => {
  const world = new World();
  let noted;
  world.pause = async (line) => {
    if (/POST .*Participants\/UT/.test(line) && !world.raced) {
      world.raced = true;
      noted = await world.deliver(world.customerWrites());
      world.messages.pop(); // the list lags: only the record knows of the message
    }
  };
  const answer = await world.park();
  assert.equal(noted.body.status, 'noted');
  assert.equal(answer.body.woken, true);
  assert.equal(world.invites.length, 1);
});

test('what the browser says is held against the task', async () => {
  const world = new World();
  for (const name of ['conversationSid', 'interactionSid', 'channelSid']) {
    const answer = await world.park({ [name]: sidOf({ conversationSid: 'CH', interactionSid: 'KD', channelSid: 'UO' }[name]) });
    assert.equal(answer.body.error.code, 'not_assigned', name);
  }
  const foreign = await world.park({ Token: world.tokenFor({ worker_sid: sidOf('WK'), roles: ['admin'] }) });
  assert.equal(foreign.body.error.code, 'not_assigned');
  nothingOfOurs(world);
});

test('attributes that would be too long are refused before anything is changed', async () => {
  const world = new World();
  world.tasks.get(world.ids.taskSid).attributes = JSON.stringify({ ...world.marks, note: 'x'.repeat(3700) });
  const answer = await world.park();
  assert.equal(answer.status, 422);
  assert.equal(answer.body.error.code, 'too_large');
  assert.ok(answer.requests.every((line) => line.startsWith('GET')));
});

test('a record that fits when it is made fits all the way; one that would not is refused before anything is changed', async () => {
  const worldWith = (length) => {
    const world = new World();
    world.members.push({ sid: sidOf('MB'), identity: 'i'.repeat(length), attributes: '{}', messaging_binding: null });
    return world;
  };
  let [fits, tooLong] = [10_000, 16_384];
  while (tooLong - fits > 1) {
    const length = Math.floor((fits + tooLong) / 2);
    const answer = await worldWith(length).park();
    if (answer.status === 200) fits = length;
    else {
      tooLong = length;
      assert.equal(answer.body.error.code, 'too_large');
      assert.ok(answer.requests.every((line) => line.startsWith('GET')));
    }
  }
  const world = worldWith(fits);
  await world.park();
  for (const steps of [['reinvite'], ['reinvite'], ['park-again']]) {
    if (world.record().state === 'parked') assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
    world.tasks.get(world.record().invitedTaskSid).assignment_status = 'canceled';
    const [item] = (await world.call(RECONCILE.reconcile, { action: 'repair' })).body.items;
    assert.deepEqual([item.steps.map((step) => step.do), item.failed], [steps, undefined]);
  }
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
});

test('a sixth webhook is refused before anything is changed', async () => {
  const world = new World();
  world.webhooks = Array.from({ length: 5 }, () => ({ sid: sidOf('WH'), target: 'webhook', configuration: { url: 'https://example.com/' } }));
  const answer = await world.park();
  assert.deepEqual([answer.status, answer.body.error.twilio.code], [409, 50361]);
  assert.equal(world.record(), null);
  assert.equal(world.webhooks.length, 5);
});

const STEPS = {
  record: /POST .*Documents$/,
  webhook: /POST .*Webhooks$/,
  close: /POST .*Participants\/UT/,
  commit: /POST .*Documents\/ET/,
};

for (const [step, match] of Object.entries(STEPS)) {
  for (const fault of [{ status: 429 }, { status: 500 }, { status: 500, when: 'after' }, { reset: true, when: 'after' }, { status: 503, when: 'after' }]) {
    test(`a park whose ${step} meets ${JSON.stringify(fault)} once still parks, with one webhook`, async () => {
      const world = new World();
      world.fail({ match, ...fault });
      const answer = await world.park();
      assert.equal(answer.body.status, 'parked');
      isParked(world);
      assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
      assert.equal(world.invites.length, 1);
    });
  }
}

for (const [step, match] of Object.entries(STEPS)) {
  test(`a park whose ${step} is refused leaves the agent in or is finished by its repetition`, async () => {
    const world = new World();
    world.fail({ match, status: 400, code: 20001, times: step === 'close' ? 2 : 1 });
    const answer = await world.park();
    assert.equal(answer.status >= 400, true);
    if (step !== 'commit') nothingOfOurs(world);
    assert.equal((await world.park()).body.status, 'parked');
    isParked(world);
  });
}

for (const fault of [{ status: 500 }, { status: 500, when: 'after' }, { reset: true, when: 'after' }, { status: 429 }]) {
  test(`an invite that meets ${JSON.stringify(fault)} is made exactly once`, async () => {
    const world = new World();
    await world.park();
    world.fail({ match: /POST .*Invites/, ...fault });
    assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
    assert.equal(world.invites.length, 1);
  });
}

test('an invite that is refused is given back, and the next message tries again', async () => {
  const world = new World();
  await world.park();
  world.fail({ match: /POST .*Invites/, status: 400, code: 20001 });
  const answer = await world.deliver(world.customerWrites());
  assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.twilio.code], [503, 'retryable', 20001]);
  assert.equal(world.record().state, 'parked');
  assert.equal(world.record().wakeIndex, 1);
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
});

test('many messages at once make one invite', async () => {
  const world = new World();
  await world.park();
  const url = world.webhooks[0].configuration.url;
  const answers = await Promise.all([1, 2, 3].map(() => world.deliver(world.customerWrites(), url)));
  assert.deepEqual(answers.map(({ body }) => body.status).sort(), ['already', 'already', 'invited']);
  assert.equal(world.invites.length, 1);
});

test('two parks at once end in one parked record with one webhook', async () => {
  const world = new World();
  const answers = await Promise.all([world.park(), world.park()]);
  for (const { status } of answers) assert.equal(status, 200);
  isParked(world);
  assert.equal((await world.deliver(world.customerWrites())).body.status, 'invited');
  assert.equal(world.invites.length, 1);
});

test('an unpark that its handler left is taken over after its lease, by its unparkId', async () => {
  for (const made of [true, false]) {
    const world = new World();
    await world.park();
    const url = world.webhooks[0].configuration.url;
    const document = world.documents.get(`park_${world.ids.conversationSid}`);
    document.data = { ...document.data, state: 'unparking', unparkId: 'f'.repeat(32), lease: { owner: 'gone', until: world.seconds * 1000 + 15000 } };
    if (made) {
      world.invites.push({ sid: sidOf('KG'), routing: { properties: { sid: sidOf('WT'), attributes: { flexpark: { unparkId: 'f'.repeat(32) } } } } });
    }
    assert.equal((await world.deliver(world.customerWrites(), url)).body.status, 'already');
    world.seconds += 20;
    assert.equal((await world.deliver(world.customerWrites(), url)).body.status, 'invited');
    assert.equal(world.invites.length, 1);
    assert.equal(world.webhooks.length, 0);
  }
});

test('a park that its handler left is finished or undone by what the task says', async () => {
  for (const left of [true, false]) {
    const world = new World();
    await world.park();
    const document = world.documents.get(`park_${world.ids.conversationSid}`);
    document.data = { ...document.data, state: 'parking', webhookSid: null, lease: { owner: 'gone', until: world.seconds * 1000 - 60000 } };
    if (!left) world.tasks.get(world.ids.taskSid).assignment_status = 'assigned';
    const { body } = await world.deliver(world.customerWrites());
    assert.equal(body.status, left ? 'invited' : 'ignored');
    assert.equal(world.invites.length, left ? 1 : 0);
    assert.equal(world.webhooks.length, 0);
  }
});

test('a closed or expired channel ends the record with an error that says which', async () => {
  for (const [channel, status, code] of [['closed', 409, 'closed'], ['failed', 409, 'closed'], [null, 410, 'expired']]) {
    const world = new World();
    await world.park();
    const url = world.webhooks[0].configuration.url;
    world.refusesInteractions = true;
    if (channel === null) world.channel = null;
    else world.channel.status = channel;
    for (const message of [world.customerWrites(), world.customerWrites()]) {
      const answer = await world.deliver(message, url);
      assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
    }
    assert.equal(world.record().state, 'dead');
    assert.equal(world.webhooks.length, 0);
    assert.equal(world.invites.length, 0);
    const byWorker = await world.call(UNPARK.worker, { Token: world.token, conversationSid: world.ids.conversationSid });
    assert.deepEqual([byWorker.status, byWorker.body.error.code], [status, code]);
  }
});

test('a supervisor parks for the worker who has the task, and nobody else may', async () => {
  const world = new World();
  world.workers = { [world.workerSid]: { sid: world.workerSid, attributes: '{"contact_uri":"client:agent"}' } };
  const boss = world.tokenFor({ worker_sid: sidOf('WK'), roles: ['supervisor'], identity: 'boss' });
  const other = world.tokenFor({ worker_sid: sidOf('WK'), roles: ['agent'], identity: 'other' });
  const { workerSid } = world;
  const refused = await world.park({ Token: other, workerSid });
  assert.deepEqual([refused.body.error.code, refused.requests], ['forbidden', []]);
  assert.equal((await world.park({ Token: boss })).body.error.code, 'not_assigned');
  assert.equal((await world.park({ Token: boss, workerSid: sidOf('WK') })).body.error.problems[0].field, 'workerSid');
  assert.equal((await world.park({ Token: boss, workerSid })).body.status, 'parked');
  assert.equal(world.record().workerSid, workerSid);
  assert.deepEqual(world.record().customers.map(({ address }) => address), ['+491511'], "the agent's identity is no customer's");
  assert.equal(JSON.parse(world.record().attributes).originalRouting.workerSid, workerSid);
});

test('a worker resumes what is their own, a supervisor anything and for anybody', async () => {
  const world = new World();
  await world.park();
  const unpark = (more) => world.call(UNPARK.worker, { conversationSid: world.ids.conversationSid, Token: world.token, ...more });
  const other = { worker_sid: sidOf('WK'), roles: ['agent'] };
  assert.equal((await unpark({ Token: world.tokenFor(other) })).status, 403);
  assert.equal((await unpark({ workerSid: sidOf('WK') })).status, 403);
  assert.equal((await unpark({ queueSid: sidOf('WQ') })).status, 403);
  assert.equal(world.record().state, 'parked');
  const [workerSid, queueSid] = [sidOf('WK'), sidOf('WQ')];
  const answer = await unpark({ Token: world.tokenFor({ ...other, roles: ['supervisor'] }), workerSid, queueSid });
  assert.equal(answer.body.status, 'invited');
  const { properties } = world.lastInvite.routing;
  assert.deepEqual([properties.worker_sid, properties.queue_sid, properties.workflow_sid], [workerSid, queueSid, world.workflowSid]);
  assert.deepEqual([(await unpark()).body.status, (await unpark()).body.inviteSid], ['already', answer.body.inviteSid]);
});

test('a conversation that is not parked cannot be resumed', async () => {
  const world = new World();
  const answer = await world.call(UNPARK.worker, { conversationSid: world.ids.conversationSid, Token: world.token });
  assert.deepEqual([answer.status, answer.body.error.code], [404, 'not_parked']);
});

test("a worker's list shows what they parked, and only to them or to a supervisor", async () => {
  const world = new World();
  const list = (more = {}) => world.call(RECONCILE.parked, { Token: world.token, ...more });
  assert.deepEqual((await list()).body, { items: [] });
  await world.park();
  const { items } = (await list()).body;
  assert.deepEqual([items.length, items[0].conversationSid, items[0].customer, items[0].queueName], [1, world.ids.conversationSid, '+491511', 'Support']);
  const other = { worker_sid: sidOf('WK'), roles: ['agent'] };
  assert.equal((await list({ Token: world.tokenFor(other), workerSid: world.workerSid })).status, 403);
  assert.equal((await list({ Token: world.tokenFor({ ...other, roles: ['admin'] }), workerSid: world.workerSid })).body.items.length, 1);
});

test('a stack that is being emptied parks nothing, and draining invites or closes what is parked', async () => {
  for (const mode of ['invite', 'close']) {
    const world = new World();
    const reconcile = (event) => world.call(RECONCILE.reconcile, event);
    await world.park();
    assert.equal((await reconcile({ action: 'list' })).body.items[0].state, 'parked');
    const first = (await reconcile({ action: 'drain', mode })).body;
    assert.deepEqual([first.done, first.remaining, first.ready, first.failed], [1, 0, false, []]);
    assert.equal(world.webhooks.length, 0);
    assert.equal(world.record().state, mode === 'invite' ? 'invited' : 'done');
    world.seconds += 11;
    assert.equal((await reconcile({ action: 'drain', mode })).body.ready, true);
    const fresh = sidOf('WT');
    world.addTask(fresh, JSON.stringify(world.marks));
    world.channel.status = 'active';
    for (const task of world.tasks.values()) if (task.sid !== fresh) task.assignment_status = 'completed';
    assert.equal((await world.park({ taskSid: fresh })).body.error.code, 'draining');
    await reconcile({ action: 'drain-cancel' });
    assert.equal((await world.park({ taskSid: fresh })).body.status, 'parked');
  }
});

test('an unknown action is refused with those that there are', async () => {
  const answer = await new World().call(RECONCILE.reconcile, { action: 'forget' });
  assert.equal(answer.status, 400);
  assert.equal(answer.body.error.problems[0].allowed, 'list | repair | drain | drain-cancel');
  assert.deepEqual(answer.requests, []);
});

test('the conversation closing ends the record', async () => {
  const world = new World();
  await world.park();
  const event = { ...world.webhookEvent(world.messages[0]), EventType: 'onConversationStateUpdated', StateTo: 'closed', Index: '' };
  assert.equal((await world.call(UNPARK.message, event)).body.status, 'noted');
  assert.equal(world.record().state, 'dead');
  assert.equal(world.webhooks.length, 0);
});

test('park needs five levels of calls after the token, a wake by message four', async () => {
  const levels = async (world, call) => {
    let wave = 0;
    let open = 0;
    world.pause = async () => {
      if (open === 0) wave += 1;
      open += 1;
      await new Promise((resolve) => { setTimeout(resolve, 15); });
      open -= 1;
    };
    const answer = await call();
    world.pause = undefined;
    return [wave, answer.body.status];
  };
  const world = new World();
  assert.deepEqual(await levels(world, () => world.park()), [5, 'parked']);
  const message = world.customerWrites();
  assert.deepEqual(await levels(world, () => world.deliver(message)), [4, 'invited']);
});
