'use strict';
/**
 * Where a Function's requests may go: Twilio's hosts and other Functions, both answered by the emulator; nothing else.
 * `FLEXPARK_EMULATOR` is the emulator's address; without it every request is refused.
 */
class RefusedHost extends Error {
  constructor(host) {
    super(`The emulator refuses ${host}: a Function here reaches *.twilio.com and *.twil.io only, through the emulator`);
    this.name = 'RefusedHost';
    this.code = 'ECONNREFUSED';
  }
}

const SERVED = /^(?:[a-z0-9-]+\.)+(?:twilio\.com|twil\.io)$/;

function emulator() {
  const address = process.env.FLEXPARK_EMULATOR;
  if (!address) return null;
  const url = new URL(address);
  return url.hostname === '127.0.0.1' && url.protocol === 'http:' ? url : null;
}

const EMULATOR = emulator();

/** The emulator's URL of `https://<host>/<path>`, or throws RefusedHost. */
function redirected(url) {
  const host = url.hostname.toLowerCase();
  if (!EMULATOR || url.protocol !== 'https:' || !SERVED.test(host)) throw new RefusedHost(host);
  return new URL(`/${host}${url.pathname}${url.search}`, EMULATOR);
}

module.exports = { EMULATOR, RefusedHost, redirected };
