'use strict';

/**
 * What the modules need outside Twilio: `Runtime`, `Twilio.Response`, a context whose official client talks to a small
 * world in memory (in place of its HTTP client), and Flex tokens. Twilio's rules are the emulator's matter, not this one's.
 */

const { AsyncLocalStorage } = require('node:async_hooks');
const { randomBytes } = require('node:crypto');
const { EventEmitter } = require('node:events');
const https = require('node:https');
const path = require('node:path');
const twilio = require('twilio');

const logged = new AsyncLocalStorage();
const print = console.log;
console.log = (line) => (logged.getStore() ? logged.getStore().push(line) : print(line));

const hex = () => randomBytes(16).toString('hex');
const sidOf = (prefix) => prefix + hex();

const settings = require('./settings.js');

const fileOf = (name) => (name === 'settings' ? path.join(__dirname, 'settings.js') : path.join(__dirname, '..', 'src', `${name}.js`));
global.Runtime = {
  getFunctions: () => new Proxy({}, {
    get: (_, name) => ({ path: fileOf(name.replace('flexpark/', '')) }),
  }),
};
global.Twilio = {
  Response: class {
    headers = {};

    setStatusCode(code) { this.statusCode = code; }

    setBody(body) { this.body = body; }

    appendHeader(name, value) { this.headers[name] = value; }
  },
};

const tokens = new Map();
https.request = (options, answer) => {
  const request = new EventEmitter();
  request.write = (body) => { request.body = body; };
  request.end = () => setImmediate(() => {
    const known = tokens.get(JSON.parse(request.body).token);
    if (known instanceof Error) return request.emit('error', known);
    const response = new EventEmitter();
    response.setEncoding = () => {};
    answer(response);
    response.emit('data', JSON.stringify(known ? { valid: true, ...known } : { valid: false, message: 'Invalid Access Token' }));
    return response.emit('end');
  });
  return request;
};

/** An account with one conversation that an agent has accepted; `faults` are consulted before and after each request. */
class World {
  constructor({ attributes, channelType = 'sms', seconds = Date.now() / 1000 } = {}) {
    Object.assign(this, {
      accountSid: sidOf('AC'), workspaceSid: sidOf('WS'), workflowSid: sidOf('WW'), syncSid: sidOf('IS'), workerSid: sidOf('WK'), seconds,
    });
    const [taskSid, conversationSid, interactionSid, channelSid] = ['WT', 'CH', 'KD', 'UO'].map(sidOf);
    this.ids = { taskSid, conversationSid, interactionSid, channelSid };
    this.requests = [];
    this.faults = [];
    this.documents = new Map();
    this.maps = new Map();
    this.webhooks = [];
    this.messages = [{ sid: sidOf('IM'), index: 0, author: '+491511', body: 'hello', participant_sid: sidOf('MB') }];
    this.members = [
      { sid: this.messages[0].participant_sid, identity: null, attributes: '{}', messaging_binding: { type: 'sms', address: '+491511' } },
      { sid: sidOf('MB'), identity: 'agent', attributes: '{}', messaging_binding: null },
    ];
    this.channel = { sid: channelSid, interaction_sid: interactionSid, type: channelType, status: 'active' };
    this.participants = [];
    this.invites = [];
    this.interactions = [];
    this.conversation = { state: 'active', attributes: '{}' };
    this.tasks = new Map();
    const marks = { conversationSid, flexInteractionSid: interactionSid, flexInteractionChannelSid: channelSid };
    this.addTask(taskSid, attributes ?? JSON.stringify({ topic: 'billing', ...marks }));
    this.marks = marks;
    this.token = `token-${hex()}`;
    tokens.set(this.token, { worker_sid: this.workerSid, roles: ['agent'], identity: 'agent' });
  }

  tokenFor(answer) {
    const token = `token-${hex()}`;
    tokens.set(token, answer);
    return token;
  }

  addTask(sid, attributes, status = 'assigned') {
    this.tasks.set(sid, {
      sid, attributes, assignment_status: status, priority: 3, task_queue_sid: `WQ${'1'.repeat(32)}`, task_queue_friendly_name: 'Support',
      workflow_sid: `WW${'2'.repeat(32)}`, task_channel_unique_name: 'chat',
    });
    this.participants.push({ sid: sidOf('UT'), type: 'agent', routing_properties: { task_sid: sid, worker_sid: this.workerSid } });
  }

  record() {
    return this.documents.get(`park_${this.ids.conversationSid}`)?.data ?? null;
  }

  context() {
    const world = this;
    const handler = { dead: false };
    this.handlers = [...(this.handlers ?? []), handler];
    return {
      ACCOUNT_SID: this.accountSid, AUTH_TOKEN: 'secret', DOMAIN_NAME: 'flexpark-1234-dev.twil.io', FLEXPARK_WORKSPACE_SID: this.workspaceSid,
      FLEXPARK_WORKFLOW_SID: this.workflowSid, FLEXPARK_SYNC_SERVICE_SID: this.syncSid,
      getTwilioClient: (options) => twilio(this.accountSid, 'secret', { ...options, httpClient: { request: (request) => world.answer(request, handler) } }),
    };
  }

  /**
   * Fail the nth request that matches: {match: RegExp on "METHOD path", nth, when: before | after, status | reset | kill, times}.
   * A killed handler never sees an answer again; `world.kill` tells its caller.
   */
  fail(fault) {
    this.faults.push({ nth: 1, when: 'before', times: 1, seen: 0, ...fault });
  }

  async answer({ method, uri, data = {}, params = {}, headers = {} }, handler) {
    await new Promise((resolve) => { setImmediate(resolve); });
    if (handler.dead) return new Promise(() => {});
    const url = new URL(uri);
    const line = `${method.toUpperCase()} ${url.pathname}`;
    this.requests.push(line);
    await this.pause?.(line, handler);
    const fault = this.faults.find((f) => f.match.test(line) && (f.seen += 1) >= f.nth && f.seen < f.nth + f.times);
    const broken = () => {
      if (fault.kill) {
        handler.dead = true;
        this.killed?.();
        return new Promise(() => {});
      }
      if (fault.reset) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      return this.reply(fault.status, { code: fault.code, message: 'fault' }, { 'retry-after': String(fault.retryAfter ?? 0) });
    };
    if (fault?.when === 'before') return broken();
    if (handler.dead) return new Promise(() => {});
    const [status, body] = this.route(line, data, params, headers);
    if (fault) return broken();
    return this.reply(status, body);
  }

  reply(statusCode, body, headers = {}) {
    return { statusCode, body: JSON.parse(JSON.stringify(body ?? {})), headers: { date: new Date(this.seconds * 1000).toUTCString(), ...headers } };
  }

  route(line, data, params, headers) {
    const missing = [404, { code: 20404, message: 'not found' }];
    const list = (key, items) => [200, { [key]: items, meta: { key, next_page_url: null } }];
    const one = (value) => (value ? [200, value] : missing);
    const parts = line.split('/');
    const [verb, last] = [line.split(' ')[0], parts.at(-1)];
    const kind = parts.at(-2);
    const get = verb === 'GET';
    if (kind === 'Documents') {
      const found = [...this.documents.values()].find((doc) => doc.sid === last || doc.unique_name === last);
      const now = new Date(this.seconds * 1000).toISOString();
      if (get || !found) return one(found);
      if (headers['If-Match'] !== found.revision) return [412, { code: 54103, message: 'revision' }];
      return one(Object.assign(found, { data: JSON.parse(data.Data), ttl: data.Ttl, revision: String(Number(found.revision) + 1), date_updated: now }));
    }
    if (last === 'Documents') {
      if (get) return list('documents', [...this.documents.values()]);
      if (this.documents.has(data.UniqueName)) return [409, { code: 54301, message: 'exists' }];
      const made = { sid: sidOf('ET'), unique_name: data.UniqueName, revision: '0', data: JSON.parse(data.Data), ttl: data.Ttl, date_updated: new Date(this.seconds * 1000).toISOString() };
      this.documents.set(data.UniqueName, made);
      return [201, made];
    }
    if (last === 'Maps') { this.maps.set(data.UniqueName, new Map()); return [201, { unique_name: data.UniqueName }]; }
    if (kind === 'Maps') return this.maps.has(last) ? [200, {}] : missing;
    const items = this.maps.get(parts.at(-2)) ?? this.maps.get(parts.at(-3));
    if (last === 'Items') {
      if (!items) return missing;
      if (get) return list('items', [...items.values()]);
      if (items.has(data.Key)) return [409, { code: 54208, message: 'exists' }];
      items.set(data.Key, { key: data.Key, data: JSON.parse(data.Data), ttl: data.ItemTtl });
      return [201, items.get(data.Key)];
    }
    if (kind === 'Items') {
      if (!items?.has(last)) return missing;
      if (verb === 'DELETE') { items.delete(last); return [204, null]; }
      return one(get ? items.get(last) : Object.assign(items.get(last), { data: JSON.parse(data.Data) }));
    }
    if (kind === 'Workers') return one(this.workers?.[last]);
    if (kind === 'Tasks') return one(this.tasks.get(last));
    if (last === 'Tasks' && params.WorkflowSid) return list('tasks', [...this.tasks.values()].filter((task) => params.AssignmentStatus.includes(task.assignment_status)));
    if (last === 'Tasks') return list('tasks', [...this.tasks.values()].filter((task) => task.attributes.includes(/"(.*)"/.exec(params.EvaluateTaskAttributes)[1])));
    if (last === 'Reservations') return list('reservations', [{ sid: sidOf('WR'), worker_sid: this.workerSid, reservation_status: 'accepted' }]);
    if (kind === 'Channels') {
      if (!get && this.channel && ['closed', 'failed'].includes(this.channel.status)) return [400, { code: 45359, message: 'closed already' }];
      if (!get && this.channel) Object.assign(this.channel, { status: data.Status, routing: data.Routing });
      return one(this.channel);
    }
    if (last === 'Participants') return line.includes('Interactions') ? list('participants', this.participants) : list('participants', this.members);
    if (kind === 'Participants') {
      const participant = this.participants.find((p) => p.sid === last);
      this.tasks.get(participant.routing_properties.task_sid).assignment_status = 'completed';
      return one(participant);
    }
    if (last === 'Invites') {
      if (get) return list('invites', this.invites);
      const { properties } = JSON.parse(data.Routing);
      const raw = /"attributes":(\{.*\})\}\}$/s.exec(data.Routing)[1];
      const task = sidOf('WT');
      this.addTask(task, raw, 'pending');
      const invite = { sid: sidOf('KG'), routing: { properties: { ...properties, sid: task } } };
      this.invites.push(invite);
      this.lastInvite = { ...invite, raw };
      return [200, invite];
    }
    if (kind === 'Conversations') {
      if (!get) Object.assign(this.conversation, { state: data.State ?? this.conversation.state, attributes: data.Attributes ?? this.conversation.attributes });
      return one({ sid: last, ...this.conversation });
    }
    if (last === 'Interactions') {
      if (this.refusesInteractions) return [400, { code: 45352, message: 'in another interaction' }];
      this.channel = { sid: sidOf('UO'), interaction_sid: sidOf('KD'), type: JSON.parse(data.Channel).type, status: 'active' };
      this.interactions.push(JSON.parse(data.Channel));
      const task = sidOf('WT');
      const { properties } = JSON.parse(data.Routing);
      this.addTask(task, JSON.stringify(properties.attributes), 'pending');
      return [201, { sid: this.channel.interaction_sid, routing: { properties: { ...properties, sid: task } } }];
    }
    if (last === 'Channels') return list('channels', this.channel ? [this.channel] : []);
    if (last === 'Messages') return list('messages', params.Order === 'desc' ? [...this.messages].reverse() : this.messages);
    if (last === 'Webhooks') {
      if (get) return list('webhooks', this.webhooks);
      if (this.webhooks.length >= 5) return [400, { code: 50361, message: 'too many' }];
      this.webhooks.push({ sid: sidOf('WH'), target: data.Target, configuration: { url: data['Configuration.Url'], flow_sid: data['Configuration.FlowSid'], replay_after: data['Configuration.ReplayAfter'] } });
      return [201, this.webhooks.at(-1)];
    }
    if (kind === 'Webhooks') {
      const at = this.webhooks.findIndex((w) => w.sid === last);
      if (at < 0) return [404, { code: 50360, message: 'none' }];
      if (verb === 'POST') return one(Object.assign(this.webhooks[at], { configuration: { url: data['Configuration.Url'] } }));
      this.webhooks.splice(at, 1);
      return [204, null];
    }
    return [501, { code: 0, message: line }];
  }

  customerWrites(body = 'again') {
    const message = { sid: sidOf('IM'), index: this.messages.length, author: '+491511', participant_sid: this.members[0].sid, body };
    this.messages.push(message);
    return message;
  }

  /** The form Twilio sends to our webhook for a message. */
  webhookEvent(message, url = this.webhooks[0]?.configuration.url) {
    return {
      request: {}, ...Object.fromEntries(new URL(url).searchParams), EventType: 'onMessageAdded', ConversationSid: this.ids.conversationSid,
      Index: String(message.index), Author: message.author, ParticipantSid: message.participant_sid, MessageSid: message.sid, Body: message.body,
    };
  }

  /** Call a handler; @returns {status, body, requests, log} */
  async call(handler, event) {
    const from = this.requests.length;
    const lines = [];
    let response;
    const killed = new Promise((resolve) => { this.killed = resolve; });
    const run = () => handler(this.context(), { request: {}, ...event }, (error, answer) => { response = answer; });
    await Promise.race([killed, logged.run(lines, run)]);
    if (!response) return { status: null, body: {}, requests: this.requests.slice(from), log: lines };
    return { status: response.statusCode, body: response.body, headers: response.headers, requests: this.requests.slice(from), log: lines };
  }

  park(more = {}) {
    return this.call(require('../src/park.js').handler, { Token: this.token, ...this.ids, ...more });
  }

  deliver(message, url) {
    return this.call(require('../src/unpark.js').message, this.webhookEvent(message, url));
  }
}

module.exports = { World, settings, sidOf };
