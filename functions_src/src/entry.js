'use strict';

/**
 * The edge of every function: the checks that come before any work, the form of every answer, one log line.
 *
 * Public functions need a Flex token; who is calling, and in which roles, is what Twilio says of the token. Protected
 * functions are signature-checked by Twilio's platform before they run. `event.request` can be overwritten by query and
 * body, so nothing is decided on it but which allowed origin is named in the CORS header.
 */

const { validator } = require('twilio-flex-token-validator');

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, asFault, open } = load('api');

const TOKEN_FORM = /^[\x21-\x7e]{1,8192}$/;
const DEFAULT_ORIGINS = ['https://flex.twilio.com'];
// The validator rejects with a bare text for all reasons alike. Only what reads as a verdict on the token is one; a text that
// is not known is taken for an outage, which refuses the request too but says that it may be repeated.
const VERDICT = /\btoken\b|expired|invalid|unauthori[sz]ed/i;
const NO_JSON = /JSON|unexpected (token|end)/i;

const sid = (prefix) => ({
  test: (value) => new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(value),
  allowed: `a SID: ${prefix} and 32 hexadecimal digits`,
});
const oneOf = (...values) => ({ test: (value) => values.includes(value), allowed: values.join(' | ') });
const matching = (pattern, allowed) => ({ test: (value) => pattern.test(value), allowed });

/**
 * The named fields of an event, checked; every problem is reported at once.
 * @param fields {name: {test, allowed, optional?}}; absent optional fields come back as null.
 */
function parse(event, fields) {
  const values = {};
  const problems = [];
  for (const [name, { test, allowed, optional }] of Object.entries(fields)) {
    const value = Object.hasOwn(event, name) ? event[name] : undefined;
    if (value === undefined || value === null || value === '') {
      values[name] = null;
      if (!optional) problems.push({ field: name, problem: 'is missing', allowed });
    } else if (typeof value !== 'string' || value.length > 1024 || !test(value)) {
      problems.push({ field: name, problem: 'is not valid', allowed });
    } else values[name] = value;
  }
  if (problems.length > 0) throw new Fault('bad_request', 'the request is not valid', { problems });
  return values;
}

/** Whether the validator's rejection is an outage rather than a verdict on the token. */
const isOutage = (reason) => typeof reason !== 'string' || NO_JSON.test(reason) || !VERDICT.test(reason);

/**
 * The caller, from Twilio's answer about the token alone.
 * @returns {workerSid, identity, roles}
 */
async function caller(context, token, timeoutMs) {
  const realm = context.TWILIO_REGION ? String(context.TWILIO_REGION).split('-')[0] : '';
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject('ETIMEDOUT'), timeoutMs); });
  let result;
  try {
    result = await Promise.race([validator(token, context.ACCOUNT_SID, context.AUTH_TOKEN, realm), late]);
  } catch (reason) {
    if (isOutage(reason)) throw new Fault('retryable', 'the token could not be checked just now');
    throw new Fault('unauthenticated', 'the token is not valid');
  } finally {
    clearTimeout(timer);
  }
  if (!sid('WK').test(result.worker_sid)) throw new Fault('forbidden', 'the token does not belong to a worker');
  const roles = Array.isArray(result.roles) ? result.roles.map(String) : [];
  return { workerSid: result.worker_sid, identity: result.identity ?? result.realm_user_id ?? null, roles };
}

function tokenOf(event) {
  const token = Object.hasOwn(event, 'Token') ? event.Token : undefined;
  if (typeof token !== 'string' || !TOKEN_FORM.test(token)) throw new Fault('unauthenticated', 'a Flex token is required');
  return token;
}

/** The allowed origin to name: the asking one when it is allowed, else the first. */
function originFor(event, allowed) {
  const asking = event.request?.headers?.origin;
  return allowed.includes(asking) ? asking : allowed[0];
}

function errorBody(fault) {
  const error = { code: fault.code, message: fault.message, retryable: fault.retryable };
  if (fault.problems) error.problems = fault.problems;
  if (fault.twilio) error.twilio = fault.twilio;
  return { error };
}

function respond(status, body, origin, retryable = false) {
  const response = new Twilio.Response();
  response.setStatusCode(status);
  response.appendHeader('Content-Type', 'application/json');
  response.appendHeader('Cache-Control', 'no-store');
  if (origin) {
    response.appendHeader('Access-Control-Allow-Origin', origin);
    response.appendHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
    response.appendHeader('Access-Control-Allow-Headers', 'Content-Type');
    response.appendHeader('Vary', 'Origin');
  }
  if (retryable) response.appendHeader('Retry-After', '2');
  response.setBody(body);
  return response;
}

/** One line a request, of our own words only: no token, no attribute, no text of a message. */
function log(line) {
  console.log(JSON.stringify(line));
}

const place = (error) => String(error?.stack ?? '').split('\n').find((line) => /^\s+at /.test(line))?.trim().slice(0, 200);

/**
 * A Twilio handler.
 * @param name of the function; @param auth `token` | `signed`; @param deadline key of settings.deadlines;
 * @param fields see parse; @param run async (request) => {body, status?, outcome?} with request = {api, env, settings,
 * caller, input, event}.
 */
function serve({ name, auth, deadline, fields, run }) {
  async function handler(context, event, callback) {
    const started = Date.now();
    const settings = load('settings');
    const origin = auth === 'token' ? originFor(event, settings.allowedOrigins ?? DEFAULT_ORIGINS) : null;
    const api = open(context, settings.deadlines[deadline]);
    let calls = 0;
    let answer;
    let outcome;
    let detail = {};
    try {
      const token = auth === 'token' ? tokenOf(event) : null;
      const input = parse(event, fields);
      if (token) calls += 1;
      const who = token ? await caller(context, token, Math.round(settings.deadlines[deadline] * 0.35)) : null;
      const env = {
        domain: context.DOMAIN_NAME,
        workspaceSid: context.FLEXPARK_WORKSPACE_SID,
        workflowSid: context.FLEXPARK_WORKFLOW_SID,
        syncServiceSid: context.FLEXPARK_SYNC_SERVICE_SID,
      };
      const result = await run({ api, env, settings, caller: who, input, event, note: (more) => Object.assign(detail, more) });
      outcome = result.outcome ?? result.body.status ?? 'ok';
      answer = respond(result.status ?? 200, result.body, origin);
    } catch (error) {
      let fault;
      try {
        fault = asFault(error, name);
      } catch {
        fault = new Fault('internal', 'something went wrong here');
        detail = { ...detail, error: error?.name ?? 'unknown', at: place(error) };
      }
      outcome = fault.code;
      if (fault.twilio) detail = { ...detail, twilio: fault.twilio };
      answer = respond(fault.status, errorBody(fault), origin, fault.retryable);
    }
    log({ function: name, outcome, status: answer.statusCode, calls: calls + api.calls(), ms: Date.now() - started, ...detail });
    return callback(null, answer);
  }
  return Object.assign(handler, { auth, fields });
}

module.exports = { serve, parse, sid, oneOf, matching, isOutage, errorBody, originFor };
