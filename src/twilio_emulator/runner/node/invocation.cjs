'use strict';
/**
 * One invocation of a Function: answered once, then dead.
 *
 * Twilio ends the execution environment when a Function calls `callback`; whatever it left running is killed. Here many
 * invocations share a process, so each carries an Invocation through AsyncLocalStorage: timers, requests and promises of an
 * ended invocation never continue.
 */
const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const never = new Promise(() => {});

class Invocation {
  constructor() {
    this.ended = false;
    this.entered = false;
    this.cleanups = new Set();
    this.fail = null;
  }

  /** Registers what must be torn down at the end; returns a function that forgets it. */
  onEnd(cleanup) {
    if (this.ended) {
      cleanup();
      return () => {};
    }
    this.cleanups.add(cleanup);
    return () => this.cleanups.delete(cleanup);
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    for (const cleanup of this.cleanups) cleanup();
    this.cleanups.clear();
  }
}

const current = () => storage.getStore();

/** A callback that does not run any more once its invocation has ended. */
function gateCallback(fn) {
  const invocation = current();
  if (!invocation || typeof fn !== 'function') return fn;
  return function gated(...args) {
    return invocation.ended ? undefined : fn.apply(this, args);
  };
}

/** A promise that stays pending once its invocation has ended, so that no `await` continues. */
function gatePromise(promise) {
  const invocation = current();
  if (!invocation) return promise;
  return promise.then(
    (value) => (invocation.ended ? never : value),
    (error) => (invocation.ended ? never : Promise.reject(error)),
  );
}

module.exports = { Invocation, storage, current, gateCallback, gatePromise, never };
