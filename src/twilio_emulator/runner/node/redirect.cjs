'use strict';
/**
 * Preloaded (`node --require redirect.cjs`) so that unmodified Functions reach the emulator.
 *
 * http(s).request, http(s).get and fetch send `https://<host>.twilio.com/p` to the emulator's `/<host>.twilio.com/p`; every other
 * host is refused. A last gate on sockets refuses what goes around them (http2, net, tls). See address.cjs for the rule.
 */
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { syncBuiltinESMExports } = require('node:module');
const { promisify } = require('node:util');
const { EMULATOR, RefusedHost, redirected } = require('./address.cjs');
const { current, gateCallback, gatePromise, never } = require('./invocation.cjs');
const { patchTimers } = require('./timers.cjs');

const SOURCE_HEADER = 'x-emulator-source';
const soon = promisify(setImmediate);
const agent = new http.Agent({ keepAlive: false }); // no reuse, so that no request meets a connection being closed
const plainRequest = http.request;
const plainFetch = globalThis.fetch;

/** Node's overloads (url[, options][, callback]) as [options, callback], with the target's URL. */
function parse(defaultProtocol, args) {
  const callback = typeof args.at(-1) === 'function' ? args.at(-1) : undefined;
  const given = args.filter((arg) => arg !== undefined && typeof arg !== 'function');
  const first = typeof given[0] === 'string' ? new URL(given[0]) : given[0];
  const isUrl = first instanceof URL;
  const options = { ...(isUrl ? given[1] : first) };
  const protocol = options.protocol ?? (isUrl ? first.protocol : options.agent?.protocol) ?? defaultProtocol;
  const host = options.hostname ?? options.host ?? (isUrl ? first.host : 'localhost');
  const path = options.path ?? (isUrl ? first.pathname + first.search : '/');
  if (isUrl && first.username && !options.auth) options.auth = `${first.username}:${first.password}`;
  return { options, callback, url: new URL(path, `${protocol}//${host}`) };
}

/** The headers without Host (the path names it), and with the mark that the emulator's request log goes by. */
function forwarded(headers) {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  const kept = pairs.filter(([name]) => name.toLowerCase() !== 'host');
  return Object.fromEntries([...kept, [SOURCE_HEADER, 'function']]);
}

function tearDown(request) {
  request.removeAllListeners();
  request.on('error', () => {});
  request.destroy();
}

function request(defaultProtocol, args) {
  const { options, callback, url } = parse(defaultProtocol, args);
  const target = redirected(url);
  const outgoing = plainRequest(
    {
      method: options.method,
      headers: forwarded(options.headers),
      auth: options.auth,
      timeout: options.timeout,
      signal: options.signal,
      agent,
      hostname: target.hostname,
      port: target.port,
      path: target.pathname + target.search,
    },
    gateCallback(callback),
  );
  const invocation = current();
  if (invocation) {
    const forget = invocation.onEnd(() => tearDown(outgoing));
    outgoing.once('close', forget);
  }
  return outgoing;
}

function patchModule(module, protocol) {
  module.request = (...args) => request(protocol, args);
  module.get = (...args) => {
    const outgoing = request(protocol, args);
    outgoing.end();
    return outgoing;
  };
}

/** Within an invocation a request leaves at the loop's next turn: what is still unsent when the Function answers is never sent. */
async function redirectedFetch(resource, init) {
  const original = new Request(resource, init);
  const target = redirected(new URL(original.url));
  const abort = new AbortController();
  const invocation = current();
  if (invocation) {
    await soon();
    if (invocation.ended) return never;
    invocation.onEnd(() => abort.abort());
  }
  const outgoing = new Request(target, original);
  outgoing.headers.set(SOURCE_HEADER, 'function');
  return gatePromise(plainFetch(outgoing, { signal: AbortSignal.any([abort.signal, original.signal]) }));
}

/** The only peer that a socket of this process may have. */
function patchSockets() {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function guardedConnect(...args) {
    const options = Array.isArray(args[0]) ? args[0][0] : typeof args[0] === 'object' ? args[0] : { port: args[0], host: args[1] };
    const host = options.host ?? 'localhost';
    const allowed = EMULATOR && !options.path && host === EMULATOR.hostname && String(options.port) === EMULATOR.port;
    if (!allowed) throw new RefusedHost(options.path ?? host);
    return connect.apply(this, args);
  };
}

patchModule(http, 'http:');
patchModule(https, 'https:');
globalThis.fetch = redirectedFetch;
patchSockets();
patchTimers();
syncBuiltinESMExports();
