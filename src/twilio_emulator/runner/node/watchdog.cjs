'use strict';
/**
 * Ends this process with its parent. The parent holds the other end of standard input and never writes to it; when the parent is
 * gone, even by SIGKILL, the pipe closes. A thread of its own watches, so that a Function that never yields cannot hold it up.
 */
const { Worker, isMainThread, workerData } = require('node:worker_threads');

if (isMainThread) {
  module.exports = (directory) => new Worker(__filename, { workerData: directory, execArgv: [] }).unref();
} else {
  const { rmSync } = require('node:fs');
  const { Socket } = require('node:net');
  const finish = () => {
    rmSync(workerData, { recursive: true, force: true });
    process.kill(process.pid, 'SIGKILL');
  };
  new Socket({ fd: 0 }).on('end', finish).on('error', finish).resume();
}
