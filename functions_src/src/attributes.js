'use strict';

/**
 * Task attributes as text: members are cut out and added without parsing the rest, so that numbers beyond 2^53, key
 * order, repeated keys and keys such as `__proto__` reach the next task exactly as they were.
 */

const LIMIT = 4096;
const DROPPED = new Set(['workersToIgnore', 'workerSidsInConversation', 'flexChannelInviteSid', 'originalRouting', 'flexpark']);
const SID = '0'.repeat(34);

/** The end (exclusive) of the JSON value that starts at `at`, at the comma or bracket that follows it. */
function endOfValue(text, at) {
  let depth = 0;
  let inString = false;
  for (let i = at; i < text.length; i += 1) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i += 1;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') {
      if (depth === 0) return i;
      depth -= 1;
    } else if (depth === 0 && (c === ',' || c === ':')) return i;
  }
  return text.length;
}

/**
 * The members of a JSON object: [{key, name, raw}], `name` and `raw` being the own text of key and value.
 * @throws SyntaxError when the text is not a JSON object.
 */
function members(text) {
  const value = JSON.parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new SyntaxError('not a JSON object');
  const found = [];
  let at = text.indexOf('{') + 1;
  for (;;) {
    const colon = endOfValue(text, at);
    if (text[colon] !== ':') return found;
    const end = endOfValue(text, colon + 1);
    const name = text.slice(at, colon).trim();
    found.push({ key: JSON.parse(name), name, raw: text.slice(colon + 1, end).trim() });
    if (text[end] !== ',') return found;
    at = end + 1;
  }
}

const member = ({ key, name = JSON.stringify(key), raw }) => `${name}:${raw}`;
const join = (list) => `{${list.map(member).join(',')}}`;

/** One member parsed, the last of its name as in JSON.parse; undefined when there is none. */
function read(text, key) {
  const last = members(text).filter((item) => item.key === key).pop();
  return last === undefined ? undefined : JSON.parse(last.raw);
}

/** What the next task inherits: the attributes less the leftovers of transfers and of earlier parks, plus originalRouting. */
function inherit(text, originalRouting) {
  const kept = members(text).filter(({ key }) => !DROPPED.has(key) && !key.startsWith('transfer'));
  return join([...kept, { key: 'originalRouting', raw: JSON.stringify(originalRouting) }]);
}

/** The attributes of one invite: what is inherited and the mark by which its task is known again. */
function forInvite(inherited, { parkId, unparkId, to }) {
  return join([...members(inherited), { key: 'flexpark', raw: JSON.stringify({ parkId, unparkId, to: to ?? undefined }) }]);
}

/** The object with this member's text, or without the member for null; the very same text where nothing changes. */
function replace(text, key, raw) {
  const found = members(text);
  const others = found.filter((item) => item.key !== key);
  if (raw === null && others.length === found.length) return text;
  return join(raw === null ? others : [...others, { key, raw }]);
}

/**
 * Length of the final attributes once Flex has written its own over them, in UTF-16 units (never fewer than characters).
 * What is there already counts with the longer of both.
 */
function finalLength(invited, { channelType, customer }) {
  const present = new Map(members(invited).map((item) => [item.key, member(item).length + 1]));
  const media = [{ conversation_sid: SID, media: [{ type: 'ChatTranscript', sid: SID }] }];
  const added = {
    flexChannelInviteSid: SID,
    conversationSid: SID,
    channelType,
    conversations: { communication_channel: channelType, conversation_id: SID, media },
    customers: { phone: customer, name: null, email: null },
    flexInteractionSid: SID,
    flexInteractionChannelSid: SID,
  };
  return Object.entries(added).reduce((length, [key, value]) => {
    const wanted = member({ key, raw: JSON.stringify(value) }).length + 1;
    return length + Math.max(0, wanted - (present.get(key) ?? 0));
  }, invited.length);
}

module.exports = { LIMIT, members, read, replace, inherit, forInvite, finalLength };
