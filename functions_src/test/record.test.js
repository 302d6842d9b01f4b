'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
require('./support.js');
const Record = require('../src/record.js');

const NOW = 1_700_000_000_000;
const LIVE = { owner: 'o', until: NOW + 5000 };
const EXPIRED = { owner: 'o', until: NOW - 5000 };
const customer = { participantSid: 'MB1', identity: null, address: '+49' };
const record = (more) => ({
  state: 'parked', parkId: 'p', unparkId: null, taskSid: 'WT1', invitedTaskSid: null, customers: [customer], seenIndex: 4, wakeIndex: null, lease: null, ...more,
});
const park = (found, more = {}) => Record.decidePark({ record: found, taskSid: 'WT1', unparkId: null, ended: new Map(), now: NOW, ...more });
const wake = (found, more = {}) => Record.decideMessage({
  record: found, parkId: 'p', message: { index: 5, author: '+49', participantSid: null, ...more }, now: NOW,
}).do;

test('what a park does with what it finds', () => {
  const other = { taskSid: 'WT9' };
  const table = [
    [null, {}, { do: 'new' }],
    [record({ state: 'done' }), {}, { do: 'new' }],
    [record({ state: 'dead' }), {}, { do: 'new' }],
    [record({ state: 'parking', lease: LIVE }), {}, { do: 'resume' }],
    [record({ state: 'parking', lease: EXPIRED }), {}, { do: 'resume' }],
    [record({ state: 'parking', lease: LIVE, ...other }), {}, { do: 'retry' }],
    [record({ state: 'parking', lease: EXPIRED, ...other }), {}, { do: 'look', at: 'WT9' }],
    [record({ state: 'parking', lease: EXPIRED, ...other }), { ended: new Map([['WT9', true]]) }, { do: 'new' }],
    [record({ state: 'parking', lease: EXPIRED, ...other }), { ended: new Map([['WT9', false]]) }, { do: 'conflict' }],
    [record({}), {}, { do: 'already' }],
    [record({ state: 'unparking', lease: LIVE, unparkId: 'u' }), {}, { do: 'retry' }],
    [record({ state: 'unparking', lease: EXPIRED, unparkId: 'u' }), {}, { do: 'takeover' }],
    [record({ state: 'unparking', lease: LIVE, unparkId: 'u' }), { unparkId: 'u' }, { do: 'new' }],
    [record({ state: 'in_studio', lease: LIVE }), {}, { do: 'retry' }],
    [record({ state: 'in_studio', lease: EXPIRED }), {}, { do: 'takeover' }],
    [record({ state: 'invited', unparkId: 'u' }), { unparkId: 'u' }, { do: 'new' }],
    [record({ state: 'invited', invitedTaskSid: 'WT2' }), {}, { do: 'look', at: 'WT2' }],
    [record({ state: 'invited', invitedTaskSid: 'WT2' }), { ended: new Map([['WT2', true]]) }, { do: 'new' }],
    [record({ state: 'invited', invitedTaskSid: 'WT2' }), { ended: new Map([['WT2', false]]) }, { do: 'conflict' }],
    [record({ state: 'invited' }), {}, { do: 'conflict' }],
  ];
  for (const [found, more, expected] of table) assert.deepEqual(park(found, more), expected, JSON.stringify([found, [...(more.ended ?? [])]]));
});

test('what a message does with what it finds', () => {
  assert.equal(wake(null), 'ignore');
  assert.equal(wake(record({ parkId: 'another' })), 'ignore');
  assert.equal(wake(record({})), 'claim');
  assert.equal(wake(record({ state: 'parking', lease: LIVE })), 'note');
  assert.equal(wake(record({ state: 'parking', lease: EXPIRED })), 'settle');
  assert.equal(wake(record({ state: 'unparking', lease: LIVE })), 'already');
  assert.equal(wake(record({ state: 'unparking', lease: EXPIRED })), 'takeover');
  assert.equal(wake(record({ state: 'invited' })), 'already');
  assert.equal(wake(record({ state: 'done' })), 'already');
  assert.equal(wake(record({ state: 'dead' })), 'dead');
});

test('only a customer wakes a conversation, and only by a message that the park has not seen', () => {
  assert.equal(wake(record({}), { author: 'agent' }), 'ignore');
  assert.equal(wake(record({}), { author: 'system' }), 'ignore');
  assert.equal(wake(record({}), { author: null }), 'ignore');
  assert.equal(wake(record({}), { author: 'x', participantSid: 'MB1' }), 'claim');
  assert.equal(wake(record({}), { index: 4 }), 'ignore');
  assert.equal(wake(record({}), { index: null }), 'claim');
});

test('what a resume by a worker does with what it finds', () => {
  const resume = (found) => Record.decideResume({ record: found, now: NOW }).do;
  assert.equal(resume(null), 'not_parked');
  assert.equal(resume(record({ state: 'done' })), 'not_parked');
  assert.equal(resume(record({ state: 'dead' })), 'dead');
  assert.equal(resume(record({})), 'claim');
  assert.equal(resume(record({ state: 'invited' })), 'already');
  assert.equal(resume(record({ state: 'parking', lease: LIVE })), 'retry');
  assert.equal(resume(record({ state: 'parking', lease: EXPIRED })), 'settle');
  assert.equal(resume(record({ state: 'unparking', lease: LIVE })), 'already');
  assert.equal(resume(record({ state: 'unparking', lease: EXPIRED })), 'takeover');
});

test('a lease counts as live a little longer than it says, since the clock it is judged by has whole seconds', () => {
  assert.ok(Record.leaseLive({ lease: { until: NOW - 1000 } }, NOW));
  assert.ok(!Record.leaseLive({ lease: { until: NOW - 2000 } }, NOW));
  assert.ok(!Record.leaseLive({ lease: null }, NOW));
});

test('a short message stays in the list for good, others for as long as the settings say', () => {
  const settings = { listTtl: { sms: null, whatsapp: 3600, default: 86400 } };
  assert.equal(Record.listTtl(settings, 'sms'), null);
  assert.equal(Record.listTtl(settings, 'whatsapp'), 3600);
  assert.equal(Record.listTtl(settings, 'web'), 86400);
});

test('a message noted earlier is not forgotten by an older one', () => {
  assert.equal(Record.noted(record({ wakeIndex: 9 }), 7).wakeIndex, 9);
  assert.equal(Record.noted(record({}), 7).wakeIndex, 7);
  assert.ok(Record.due(record({ wakeIndex: 5 })));
  assert.ok(!Record.due(record({ wakeIndex: null })));
});

test('a record of an older version is read as one of this version, step by step; a newer one by newer functions alone', () => {
  const upgrades = { 1: ({ old, ...rest }) => ({ ...rest, renamed: old }), 2: (found) => ({ ...found, renamed: found.renamed.toUpperCase() }) };
  const read = (data) => Record.current(data, { version: 3, upgrades });
  assert.deepEqual(read({ v: 1, old: 'x' }), { v: 3, renamed: 'X' });
  assert.deepEqual(read({ v: 2, renamed: 'y' }), { v: 3, renamed: 'Y' });
  assert.deepEqual(read({ v: 3, renamed: 'z' }), { v: 3, renamed: 'z' });
  for (const v of [4, 0, undefined, '1', 1.5]) assert.equal(read({ v, old: 'x' }), null);
  assert.deepEqual(Object.keys(Record.UPGRADES).map(Number), Array.from({ length: Record.VERSION - 1 }, (_, i) => i + 1), 'each version has a way to the next');
});
