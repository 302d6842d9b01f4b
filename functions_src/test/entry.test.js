'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, sidOf } = require('./support.js');
const { asFault, classify, Fault } = require('../src/api.js');
const Entry = require('../src/entry.js');

test('every problem of a request is reported at once, and the token is not even looked at', async () => {
  const answer = await new World().park({ taskSid: 'WT1', conversationSid: undefined, interactionSid: ['KD'], channelSid: { a: 1 } });
  assert.equal(answer.status, 400);
  assert.deepEqual(answer.body.error.problems.map(({ field, problem }) => [field, problem]), [
    ['taskSid', 'is not valid'], ['conversationSid', 'is missing'], ['interactionSid', 'is not valid'], ['channelSid', 'is not valid'],
  ]);
  assert.deepEqual(answer.requests, []);
});

test('no token, a foreign one or one that is no text is refused without a call to the API', async () => {
  const world = new World();
  for (const Token of [undefined, '', 'x'.repeat(9000), 'é', ['a'], { a: 1 }, 'foreign']) {
    const answer = await world.park({ Token });
    assert.deepEqual([answer.status, answer.body.error.code, answer.requests.length], [401, 'unauthenticated', 0]);
  }
});

test('a token without a worker may do nothing', async () => {
  const world = new World();
  const answer = await world.park({ Token: world.tokenFor({ worker_sid: null, roles: ['admin'] }) });
  assert.deepEqual([answer.status, answer.requests.length], [403, 0]);
});

test('an outage of the token check is retryable, never a refusal', async () => {
  const world = new World();
  const answer = await world.park({ Token: world.tokenFor(new Error('connect ECONNREFUSED')) });
  assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.retryable], [503, 'retryable', true]);
  for (const reason of ['Too Many Requests', 'Internal Server Error', 'Unexpected token < in JSON at position 0', 'socket hang up', 'ETIMEDOUT', 'Authenticate', 'a text not seen before', undefined, '']) {
    assert.ok(Entry.isOutage(reason), reason);
  }
  for (const reason of ['Invalid Access Token', 'Access Token expired or expiration date invalid', 'Token is invalid']) assert.ok(!Entry.isOutage(reason), reason);
});

test('event.request is not believed: it cannot open CORS to another origin', async () => {
  const world = new World();
  const answer = await world.park({ request: { headers: { origin: 'https://evil.example' } } });
  assert.equal(answer.headers['Access-Control-Allow-Origin'], 'https://flex.twilio.com');
  assert.equal(Entry.originFor({ request: { headers: { origin: 'https://b' } } }, ['https://a', 'https://b']), 'https://b');
  assert.equal(Entry.originFor({ request: 'x' }, ['https://a']), 'https://a');
});

test('a log line is one line of our own words: no token, attribute or message', async () => {
  const world = new World();
  world.tasks.get(world.ids.taskSid).attributes = JSON.stringify({ ...world.marks, secret: 'attribute-text' });
  const parked = await world.park();
  const woken = await world.deliver(world.customerWrites('message-text'));
  for (const { log } of [parked, woken]) {
    assert.equal(log.length, 1);
    assert.doesNotMatch(log[0], /attribute-text|message-text|\+491511/);
    assert.ok(!log[0].includes(world.token));
  }
  const line = JSON.parse(parked.log[0]);
  assert.deepEqual([line.function, line.outcome, line.status, line.calls], ['park', 'parked', 200, parked.requests.length + 1]);
});

test('a fault of our own answers 500 without a detail', async () => {
  const world = new World();
  world.pause = async () => { throw new TypeError('inner secret'); };
  const answer = await world.park();
  assert.ok(answer.status >= 500);
  assert.ok(!JSON.stringify([answer.body, answer.log]).includes('inner secret'));
});

test('errors of the API are named by what they mean, and keep their Twilio code', () => {
  const table = [
    [{ status: 404, code: 20404 }, 'missing'], [{ status: 404, code: 50350 }, 'missing'], [{ status: 409, code: 54301 }, 'exists'],
    [{ status: 412, code: 54103 }, 'precondition'], [{ status: 400, code: 45354 }, 'closed'], [{ status: 429, code: 20429 }, 'rate'],
    [{ status: 401, code: 20003 }, 'denied'], [{ status: 400, code: 20001 }, 'refused'], [{ status: 500, code: 20500 }, 'ambiguous'],
    [{ code: 'ECONNRESET' }, 'ambiguous'],
  ];
  for (const [error, kind] of table) assert.equal(classify(error).kind, kind, JSON.stringify(error));
  assert.deepEqual(asFault({ status: 429, code: 20429 }, 'x').twilio, { status: 429, code: 20429 });
  assert.equal(asFault({ status: 429, code: 20429 }, 'x').code, 'retryable');
  assert.equal(asFault({ status: 400, code: 20001 }, 'x').code, 'conflict');
  assert.equal(asFault({ code: 'ECONNRESET' }, 'x').code, 'retryable');
  assert.equal(asFault(new Fault('closed', 'y'), 'x').message, 'y');
});

test('a webhook whose fields are not what Twilio sends is refused without a call', async () => {
  const world = new World();
  await world.park();
  const { message } = require('../src/unpark.js');
  const good = world.webhookEvent(world.customerWrites());
  for (const bad of [{ v: 'x' }, { park: '../x' }, { kd: sidOf('CH') }, { ConversationSid: 'CH1' }, { Index: '-1' }, { EventType: undefined }]) {
    const answer = await world.call(message, { ...good, ...bad });
    assert.deepEqual([answer.status, answer.requests.length], [400, 0]);
  }
});

test('a rate limit that does not end before the deadline is answered as retryable', async () => {
  const world = new World();
  world.fail({ match: /GET .*Tasks\/WT/, status: 429, code: 20429, times: 1000 });
  const real = world.reply.bind(world);
  world.reply = (status, body, headers) => real(status, body, status === 429 ? { 'retry-after': '30' } : headers);
  const answer = await world.park();
  assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.twilio.code], [503, 'retryable', 20429]);
  assert.equal(world.record(), null);
});
