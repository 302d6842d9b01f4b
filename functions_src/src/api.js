'use strict';

/**
 * The one door to Twilio's API, and the words for what can go wrong behind it.
 *
 * `open()` wraps the official client so that every request has a time-out of ours inside one deadline, 429 is repeated
 * after Retry-After (Twilio documents that such a request was not processed), reads and deletes are repeated after a
 * failure, and a POST whose outcome is unknown never is: it comes back as `ambiguous`, to be settled by looking.
 */

const STATUS = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  disabled: 403,
  not_parked: 404,
  not_assigned: 409,
  conflict: 409,
  closed: 409,
  expired: 410,
  too_large: 422,
  internal: 500,
  draining: 503,
  retryable: 503,
};
const RETRYABLE = new Set(['retryable', 'draining']);

/** An answer other than success: `code` is one of STATUS, `message` is safe to show, `twilio` keeps {status, code}. */
class Fault extends Error {
  constructor(code, message, { twilio = null, problems = null } = {}) {
    super(message);
    this.name = 'Fault';
    this.code = code;
    this.status = STATUS[code];
    this.retryable = RETRYABLE.has(code);
    this.twilio = twilio;
    this.problems = problems;
  }
}

const GONE_CODES = new Set([20404, 50350, 54300]);
const CLOSED_CODES = new Set([45354, 45376, 50377]);
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const NO_ANSWER = new Set(['ETIMEDOUT', 'ECONNABORTED']);

/**
 * What an error of the client means.
 * kind: `missing` | `exists` | `precondition` | `closed` | `rate` | `denied` | `refused` | `ambiguous` | `deadline` | `bug`;
 * late: there was no answer in time, so that the request may yet be carried out.
 */
function classify(error) {
  if (error instanceof Fault) return { kind: error.kind || 'refused', twilio: error.twilio };
  if (error instanceof TypeError || error instanceof ReferenceError) return { kind: 'bug', twilio: null };
  const status = Number.isInteger(error.status) ? error.status : null;
  if (status === null) return { kind: 'ambiguous', twilio: null, late: NO_ANSWER.has(error.code) };
  const code = Number.isInteger(error.code) ? error.code : null;
  const twilio = { status, code };
  if (CLOSED_CODES.has(code)) return { kind: 'closed', twilio };
  if (status === 404 || GONE_CODES.has(code)) return { kind: 'missing', twilio };
  if (status === 412) return { kind: 'precondition', twilio };
  if (status === 409) return { kind: 'exists', twilio };
  if (status === 429) return { kind: 'rate', twilio };
  if (status === 401 || status === 403) return { kind: 'denied', twilio };
  return { kind: status >= 500 ? 'ambiguous' : 'refused', twilio };
}

/** The Fault to answer with when an API error ends the request; Twilio's status and code are kept. */
function asFault(error, doing) {
  if (error instanceof Fault) return error;
  const { kind, twilio } = classify(error);
  const said = twilio ? ` (Twilio answered ${twilio.status}${twilio.code ? `, code ${twilio.code}` : ''})` : '';
  if (kind === 'closed') return new Fault('closed', `${doing}: the conversation is closed${said}`, { twilio });
  if (['rate', 'ambiguous', 'precondition', 'exists'].includes(kind)) {
    return new Fault('retryable', `${doing} did not succeed in time${said}; the same request may be repeated`, { twilio });
  }
  if (!twilio) throw error;
  if (kind === 'denied') return new Fault('internal', `${doing}: Twilio does not accept this service's credentials${said}`, { twilio });
  return new Fault('conflict', `${doing} was refused${said}`, { twilio });
}

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function header(headers, name) {
  if (!headers) return undefined;
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined;
  return headers[name];
}

function retryAfterMs(headers) {
  const value = header(headers, 'retry-after');
  const seconds = Number(value);
  if (value !== undefined && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  return 250 + Math.random() * 250;
}

function deadlineFault() {
  const fault = new Fault('retryable', 'the time for this request is used up; the same request may be repeated');
  fault.kind = 'deadline';
  return fault;
}

/** A promise that loses against our own clock: the client's time-out only watches an idle socket. */
function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Open the door for one request.
 * @param context Twilio's context; @param deadlineMs what this request may take.
 * @returns {client, calls(), now(), remaining(), grace(ms)}: `now` is the API's time in ms since the epoch (its Date
 * header, which leases are judged by); `grace` allows some more time for undoing.
 */
function open(context, deadlineMs) {
  const started = Date.now();
  let ends = started + deadlineMs;
  let calls = 0;
  let skew = 0;
  const callMs = Math.max(500, Math.round(deadlineMs * 0.35));
  const remaining = () => ends - Date.now();

  const client = context.getTwilioClient({ autoRetry: false, timeout: callMs });
  const inner = client.httpClient;

  async function once(options) {
    const left = remaining();
    if (left < 20) throw deadlineFault();
    const timeout = Math.min(callMs, left);
    calls += 1;
    const response = await within(timeout, inner.request({ ...options, timeout }));
    const date = Date.parse(header(response.headers, 'date'));
    if (Number.isFinite(date)) skew = date - Date.now();
    return response;
  }

  async function request(options) {
    const method = options.method.toLowerCase();
    const repeatable = method === 'get' || method === 'delete';
    for (let attempt = 1; ; attempt += 1) {
      let response = null;
      let failure = null;
      try {
        response = await once(options);
      } catch (error) {
        if (error instanceof Fault) throw error;
        failure = error;
      }
      let wait = null;
      if (response && response.statusCode === 429) wait = retryAfterMs(response.headers);
      else if (failure && NEVER_SENT.has(failure.code) && attempt < 4) wait = 100 * attempt;
      else if (repeatable && attempt < 3 && (failure || response.statusCode >= 500)) wait = 80 * attempt;
      if (wait !== null && wait + 50 < remaining()) {
        await sleep(wait);
        continue;
      }
      if (failure) throw failure;
      return response;
    }
  }
  Object.defineProperty(client, 'httpClient', { value: { request } });

  return {
    client,
    calls: () => calls,
    now: () => Date.now() + skew,
    remaining,
    grace: (ms) => { ends = Math.max(ends, started + deadlineMs + ms); },
  };
}

/** The value, or null when Twilio says there is no such thing. */
async function orMissing(promise) {
  try {
    return await promise;
  } catch (error) {
    if (classify(error).kind === 'missing') return null;
    throw error;
  }
}

module.exports = { STATUS, Fault, asFault, classify, open, orMissing, sleep };
