'use strict';

/**
 * On whose behalf a request is: the token says who is calling and in which roles, and only a supervisor acts for somebody else.
 */

const load = (name) => require(Runtime.getFunctions()[`flexpark/${name}`].path);
const { Fault, orMissing } = load('api');
const Attributes = load('attributes');

const isSupervisor = ({ caller, settings }) => caller.roles.some((role) => settings.supervisorRoles.includes(role));

/** @throws Fault forbidden when the caller acts for somebody else and is no supervisor */
function mayActFor(ctx) {
  const { workerSid } = ctx.input;
  if (workerSid !== null && workerSid !== ctx.caller.workerSid && !isSupervisor(ctx)) {
    throw new Fault('forbidden', 'only a supervisor may do this for somebody else');
  }
}

/**
 * Whose task it is: the caller's, or the worker's for whom a supervisor acts. @returns {workerSid, identity} as a chat participant
 */
async function agentOf(ctx) {
  const { workerSid } = ctx.input;
  if (workerSid === null || workerSid === ctx.caller.workerSid) return ctx.caller;
  const worker = await orMissing(ctx.api.client.taskrouter.v1.workspaces(ctx.env.workspaceSid).workers(workerSid).fetch());
  if (worker === null) throw new Fault('bad_request', 'the request is not valid', { problems: [{ field: 'workerSid', problem: 'is no worker here', allowed: 'a worker of this workspace' }] });
  const [, identity = null] = /^client:(.+)$/.exec(Attributes.read(worker.attributes, 'contact_uri') ?? '') ?? [];
  return { workerSid, identity };
}

module.exports = { agentOf, isSupervisor, mayActFor };
