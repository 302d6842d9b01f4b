'use strict';
/** Timers that die with the invocation that started them. */
const timers = require('node:timers');
const timersPromises = require('node:timers/promises');
const { promisify } = require('node:util');
const { current, gateCallback, gatePromise } = require('./invocation.cjs');

function patchCallbackTimer(name, promiseForm, clear) {
  const original = timers[name];
  const patched = function patchedTimer(fn, ...rest) {
    const invocation = current();
    if (!invocation) return original(fn, ...rest);
    let forget = () => {};
    const run = gateCallback(fn);
    const once = name !== 'setInterval';
    const handle = original((...args) => {
      if (once) forget();
      return run(...args);
    }, ...rest);
    forget = invocation.onEnd(() => clear(handle));
    return handle;
  };
  if (promiseForm) {
    Object.defineProperty(patched, promisify.custom, { enumerable: true, get: () => timersPromises[name] });
  }
  timers[name] = patched;
  globalThis[name] = patched;
}

function patchPromiseTimer(name) {
  const original = timersPromises[name];
  timersPromises[name] = (...args) => gatePromise(original(...args));
}

function patchTimers() {
  patchPromiseTimer('setTimeout');
  patchPromiseTimer('setImmediate');
  patchCallbackTimer('setTimeout', true, clearTimeout);
  patchCallbackTimer('setImmediate', true, clearImmediate);
  patchCallbackTimer('setInterval', false, clearInterval);
}

module.exports = { patchTimers };
