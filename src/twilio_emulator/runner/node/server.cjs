'use strict';
/**
 * The server of one Serverless environment: `node --require redirect.cjs server.cjs`, with a JSON configuration in
 * FLEXPARK_RUNNER: {directory, secret, timeoutMs, config: {url, env, routes}}. Prints {"port"} once it listens on 127.0.0.1.
 * Every request must carry the secret; visibility and signatures are the gateway's (twilio_emulator.products.serverless).
 */
const http = require('node:http');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Invocation, storage, current } = require('./invocation.cjs');
const { load, asError } = require('./handler.cjs');
const watch = require('./watchdog.cjs');

const { directory, secret, timeoutMs, config } = JSON.parse(process.env.FLEXPARK_RUNNER);
delete process.env.FLEXPARK_RUNNER;
delete process.env.FLEXPARK_EMULATOR;
watch(directory);

const { LocalDevelopmentServer } = createRequire(join(directory, 'index.js'))('@twilio/runtime-handler/dev');
const SECRET_HEADER = 'flexpark-runner-secret';
let app;
let files = new Map();
let given = [];

/** Takes a new set of Variables: modules are loaded afresh, as in a new container at Twilio. */
function configure({ url, env, routes }) {
  for (const name of given) delete process.env[name];
  given = Object.keys(env).filter((name) => !(name in process.env));
  for (const name of given) process.env[name] = env[name];
  const inside = join(directory, 'functions');
  for (const file of Object.keys(require.cache)) if (file.startsWith(inside)) delete require.cache[file];
  files = new Map(routes.functions.map((route) => [route.path, route.filePath]));
  app = new LocalDevelopmentServer(0, { url, env, routes, baseDir: directory, live: false, logs: false }).getApp();
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

function timeOut(invocation, response) {
  invocation.end();
  response.writeHead(504, { 'content-type': 'text/plain' }).end('runtime application timed out');
}

function invoke(request, response) {
  const invocation = new Invocation();
  const file = files.get(new URL(request.url, 'http://127.0.0.1').pathname);
  if (file) load(file);
  const timer = setTimeout(() => timeOut(invocation, response), timeoutMs);
  response.once('close', () => {
    clearTimeout(timer);
    invocation.end();
  });
  storage.run(invocation, () => app(request, response));
}

function withoutSecret(request) {
  const at = request.rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === SECRET_HEADER);
  request.rawHeaders.splice(at, 2);
  delete request.headers[SECRET_HEADER];
}

const server = http.createServer(async (request, response) => {
  if (request.headers[SECRET_HEADER] !== secret) return response.writeHead(403).end();
  withoutSecret(request);
  if (request.method === 'PUT') {
    configure(JSON.parse(await readBody(request)));
    return response.writeHead(204).end();
  }
  return invoke(request, response);
});

/** An error that no code of the Function caught ends its invocation; outside of one it is only told. */
function crashed(error) {
  const invocation = current();
  if (invocation?.ended) return;
  if (invocation?.fail) invocation.fail(asError(error));
  else console.error(error);
}

process.on('uncaughtException', crashed);
process.on('unhandledRejection', crashed);
configure(config);
server.keepAliveTimeout = 0; // the gateway keeps its connections as long as this process lives
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
