'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
require('./support.js');
const Attributes = require('../src/attributes.js');

const routing = { queueName: 'Support', queueSid: 'WQ1', workerSid: 'WK1' };

test('what the agents of a task attached to it is carried as it was written', () => {
  const text = '{ "order": 12345678901234567890, "__proto__": {"a": 1}, "a b": [1, {"x": "}\\"{,:"}], "twice": 1, "twice": 2, "price": 1.10, "😀": "שלום", "<\\/a\\u0041>": 1 }';
  const inherited = Attributes.inherit(text, routing);
  assert.ok(inherited.startsWith('{"order":12345678901234567890,"__proto__":{"a": 1},"a b":[1, {"x": "}\\"{,:"}],"twice":1,"twice":2,"price":1.10,"😀":"שלום","<\\/a\\u0041>":1,'));
  assert.deepEqual(JSON.parse(inherited).originalRouting, routing);
});

test('leftovers of transfers and of earlier parks are left behind, and originalRouting is never nested', () => {
  const text = JSON.stringify({
    keep: true, transferMeta: {}, workersToIgnore: [], workerSidsInConversation: [], flexChannelInviteSid: 'KG', originalRouting: { queueName: 'Old' }, flexpark: { parkId: 'old' },
  });
  assert.deepEqual(JSON.parse(Attributes.inherit(text, routing)), { keep: true, originalRouting: routing });
});

test('an invite carries the mark by which its task is found again', () => {
  const text = Attributes.forInvite(Attributes.inherit('{}', routing), { parkId: 'p', unparkId: 'u', other: 1 });
  assert.equal(text, '{"originalRouting":{"queueName":"Support","queueSid":"WQ1","workerSid":"WK1"},"flexpark":{"parkId":"p","unparkId":"u"}}');
});

test('reading one member gives what JSON.parse would give', () => {
  for (const text of ['{"a":1,"a":"2"}', '{}', ' {"a" : {"b":[1,2]} } ', '{"b":"\\"a\\":1"}', '{"a":null}']) {
    assert.deepEqual(Attributes.read(text, 'a'), JSON.parse(text).a);
  }
});

test('attributes that are no object are refused', () => {
  for (const text of ['[]', 'null', '1', '"x"', '', '{']) assert.throws(() => Attributes.members(text), SyntaxError);
});

test('the final length counts what Flex will write, the longer of both where something is there already', () => {
  const context = { channelType: 'sms', customer: '+491511' };
  const bare = Attributes.finalLength('{}', context);
  assert.ok(bare > 300 && bare < 700);
  assert.equal(Attributes.finalLength('{"channelType":"x"}', context), bare - 1, 'an empty object counts one comma too many');
  const long = JSON.stringify({ customers: { name: 'x'.repeat(500) } });
  const without = bare - '"customers":{"phone":"+491511","name":null,"email":null},'.length;
  assert.equal(Attributes.finalLength(long, context), without - 2 + long.length);
});
