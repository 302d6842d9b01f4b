'use strict';
/**
 * Wraps a Function's handler with what Twilio does and its local runtime handler does not: one answer, 500 for a rejected
 * promise, nothing after the answer.
 */
const { current, storage } = require('./invocation.cjs');

const wrappers = new WeakSet();

function wrap(handler) {
  const wrapped = function invoke(context, event, callback) {
    const invocation = current();
    if (!invocation || invocation.entered) return handler.call(this, context, event, callback);
    invocation.entered = true;
    const answer = (error, payload) => {
      if (invocation.ended) return;
      invocation.end();
      storage.exit(() => callback(error, payload));
    };
    invocation.fail = answer;
    const result = handler.call(this, context, event, answer);
    if (typeof result?.then === 'function') result.then(undefined, answerRejection(answer));
    return result;
  };
  wrappers.add(wrapped);
  return wrapped;
}

const answerRejection = (answer) => (reason) => answer(asError(reason));

/** What may be thrown is anything; the runtime handler answers 500 only for what is truthy. */
function asError(reason) {
  return reason || new Error(`The Function was rejected with ${String(reason)}`);
}

/** Loads a Function's file and puts the wrapper in place; a file that does not load is left to the runtime handler to report. */
function load(file) {
  let module;
  try {
    module = storage.exit(() => require(file));
  } catch {
    return;
  }
  const handler = module?.handler;
  if (typeof handler !== 'function' || wrappers.has(handler)) return;
  const wrapped = wrap(handler);
  try {
    module.handler = wrapped;
  } catch {
    // an accessor or a frozen object: the whole export is replaced below
  }
  if (module.handler !== wrapped) {
    const copy = Object.create(Object.getPrototypeOf(module), Object.getOwnPropertyDescriptors(module));
    Object.defineProperty(copy, 'handler', { value: wrapped, enumerable: true });
    require.cache[require.resolve(file)].exports = copy;
  }
}

module.exports = { load, asError };
