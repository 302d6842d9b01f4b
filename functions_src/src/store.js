'use strict';

/**
 * Where records live: one Sync document per conversation, changed only by compare-and-set, and the workers' lists, which
 * are projections of the records and may fail without harm.
 *
 * Every write carries a random `op`. After an answer that leaves the outcome open the document is read: our `op` means
 * the write took place; the revision we wrote over means it did not and may be sent again (with the same `op` and the
 * same If-Match it can take place once only); anything else means another writer won, and the caller decides anew.
 */

const { randomBytes } = require('node:crypto');

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, classify, orMissing } = load('api');
const Record = load('record');

const MAX_BYTES = 16384; // Sync refuses documents over 16 KiB (54006)
const GROWTH_BYTES = 1024; // kept free when a record is made, so that what its way adds to it always fits
const PREFIX = 'park_';
const DRAIN = 'flexpark_drain';

const random = () => randomBytes(16).toString('hex');
const documents = ({ api, env }) => api.client.sync.v1.services(env.syncServiceSid).documents;
const map = ({ api, env }, workerSid) => api.client.sync.v1.services(env.syncServiceSid).syncMaps(`ParkedInteractions_${workerSid}`);

/** Another writer changed the document first: read it again and decide anew. */
class Lost extends Error {}

/** A lease of this handler from now on, as the record's changes take it. */
const leaseOf = ({ api, settings }) => ({ owner: random(), now: api.now(), leaseSeconds: settings.leaseSeconds });

const snapshot = (document) => ({ sid: document.sid, revision: document.revision, record: document.data, updated: document.dateUpdated });

/** @returns {sid, revision, record, updated} or null. */
async function read(ctx, name) {
  const document = await orMissing(documents(ctx)(name).fetch());
  return document === null ? null : snapshot(document);
}

/** The snapshot with its record as this version has it. @throws Fault retryable for a record of a newer one */
function known(found) {
  const record = Record.current(found.record);
  if (record === null) throw new Fault('retryable', 'a newer version of these functions has parked this conversation: it must be deployed again');
  return { ...found, record };
}

async function readRecord(ctx, conversationSid) {
  const found = await read(ctx, PREFIX + conversationSid);
  return found === null ? null : known(found);
}

async function send(ctx, name, before, data, ttl) {
  if (before === null) return documents(ctx).create({ uniqueName: name, data, ttl });
  return documents(ctx)(before.sid).update({ ifMatch: before.revision, data, ttl });
}

/** @throws Fault too_large when a record would not fit into a document, with so many bytes kept free */
function mustFit(record, free = 0) {
  if (Buffer.byteLength(JSON.stringify(record)) + free > MAX_BYTES) {
    throw new Fault('too_large', 'the record of this conversation would not fit into a Sync document');
  }
}

/**
 * Compare-and-set. @param before the snapshot written over, or null to create.
 * @returns the new snapshot. @throws Lost when another writer came first.
 */
async function write(ctx, name, before, value, ttl = 0) {
  const data = { ...value, op: random() };
  mustFit(data);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return snapshot(await send(ctx, name, before, data, ttl));
    } catch (error) {
      const { kind } = classify(error);
      if (!['ambiguous', 'precondition', 'exists', 'missing'].includes(kind)) throw error;
      const after = await read(ctx, name);
      if (after !== null && after.record.op === data.op) return after;
      if ((after?.revision ?? null) !== (before?.revision ?? null) || (after?.sid ?? null) !== (before?.sid ?? null)) throw new Lost();
      if (kind !== 'ambiguous' || attempt >= 3) throw error;
    }
  }
}

/** Compare-and-set of a record; an ended one lives on for `settings.recordDoneTtl` seconds. */
function writeRecord(ctx, before, record) {
  const ttl = Record.over(record) ? ctx.settings.recordDoneTtl : 0;
  return write(ctx, PREFIX + record.conversationSid, before, record, ttl);
}

/** Whether parking is refused just now because the stack is being emptied. */
async function draining(ctx) {
  return (await read(ctx, DRAIN))?.record.draining === true;
}

async function setDraining(ctx, on) {
  for (let attempt = 1; ; attempt += 1) {
    const before = await read(ctx, DRAIN);
    if ((before?.record.draining ?? false) === on) return before?.record ?? { draining: on };
    try {
      return (await write(ctx, DRAIN, before, { draining: on, since: new Date(ctx.api.now()).toISOString() })).record;
    } catch (error) {
      if (!(error instanceof Lost) || attempt >= 3) throw error;
    }
  }
}

const isRecord = ({ uniqueName }) => uniqueName?.startsWith(PREFIX);

/** All records, in pages of 100, while there is time. @returns {snapshots, complete} @throws Fault retryable when one is of a newer version */
async function allRecords(ctx, reserveMs) {
  const snapshots = [];
  let page = await documents(ctx).page({ pageSize: 100 });
  while (page) {
    for (const document of page.instances) {
      if (isRecord(document)) snapshots.push(known(snapshot(document)));
    }
    if (ctx.api.remaining() < reserveMs) return { snapshots, complete: !page.nextPageUrl };
    page = page.nextPageUrl ? await page.nextPage() : null;
  }
  return { snapshots, complete: true };
}

/**
 * One page of records. @param cursor of the page before, null for the first.
 * @returns {snapshots, newer, cursor}: `newer` are conversations whose record only a newer version can read; cursor null after the last
 */
async function recordPage(ctx, pageSize, cursor) {
  const [pageNumber, pageToken] = cursor === null ? [] : cursor.split(':');
  const page = await documents(ctx).page({ pageSize, ...(cursor ? { pageNumber: Number(pageNumber), pageToken: pageToken || undefined } : {}) });
  const found = page.instances.filter(isRecord);
  const isKnown = ({ data }) => Record.current(data) !== null;
  const next = page.nextPageUrl ? new URL(page.nextPageUrl).searchParams : null;
  return {
    snapshots: found.filter(isKnown).map((one) => known(snapshot(one))),
    newer: found.filter((one) => !isKnown(one)).map(({ uniqueName }) => uniqueName.slice(PREFIX.length)),
    cursor: next && `${next.get('Page') ?? ''}:${next.get('PageToken') ?? ''}`,
  };
}

/** Runs work on a list; its failure is noted in the log line and nothing more. */
async function quietly(ctx, promise) {
  try {
    return await promise;
  } catch (error) {
    ctx.note({ list: classify(error).kind });
    return null;
  }
}

async function hasList(ctx, workerSid) {
  return ctx.settings.showList ? quietly(ctx, orMissing(map(ctx, workerSid).fetch()).then((found) => found !== null)) : true;
}

async function createList(ctx, workerSid) {
  const uniqueName = `ParkedInteractions_${workerSid}`;
  await quietly(ctx, ctx.api.client.sync.v1.services(ctx.env.syncServiceSid).syncMaps.create({ uniqueName }).catch((error) => {
    if (classify(error).kind !== 'exists') throw error;
  }));
}

async function putItem(ctx, record) {
  if (!ctx.settings.showList) return;
  const data = Record.listItem(record);
  const itemTtl = Record.listTtlLeft(ctx.settings, record, ctx.api.now());
  if (itemTtl === null) return;
  const items = map(ctx, record.workerSid).syncMapItems;
  await quietly(ctx, items.create({ key: record.conversationSid, data, itemTtl }).catch((error) => {
    if (!['exists', 'ambiguous'].includes(classify(error).kind)) throw error;
    return items(record.conversationSid).update({ data, itemTtl });
  }));
}

/** @returns whether the list has it; null when that could not be seen */
async function hasItem(ctx, record) {
  return quietly(ctx, orMissing(map(ctx, record.workerSid).syncMapItems(record.conversationSid).fetch()).then((found) => found !== null));
}

async function removeItem(ctx, record) {
  if (!ctx.settings.showList) return;
  await quietly(ctx, orMissing(map(ctx, record.workerSid).syncMapItems(record.conversationSid).remove()));
}

/** A worker's list, newest first; a worker without one has nothing parked. */
async function items(ctx, workerSid) {
  const found = await orMissing(map(ctx, workerSid).syncMapItems.list({ pageSize: 100, limit: 500 }));
  return (found ?? []).map((item) => item.data).sort((a, b) => String(b.parkedAt).localeCompare(String(a.parkedAt)));
}

module.exports = {
  GROWTH_BYTES, Lost, allRecords, createList, draining, hasItem, hasList, items, leaseOf, mustFit, putItem, random, readRecord, recordPage, removeItem, setDraining,
  writeRecord,
};
