import { readFileSync } from 'node:fs';
import { parseException } from './egress/policy.js';

/**
 * @typedef {object} Config
 * @property {string} url the node's worker socket, without `/websocket`
 * @property {string} secret signs the token this worker shows to the node
 * @property {string} name
 * @property {number} capacity runs executed at the same time
 * @property {number} prefetch most runs taken in advance; fewer, or none, where that would be more than a quarter of a second of work
 * @property {number} spares processes kept ready that have served nobody yet
 * @property {number} maxIdleChildren idle processes kept for projects they have served
 * @property {number} maxRunsPerChild
 * @property {string} repoDir where adaptors are installed
 * @property {number} memoryLimitMb heap limit of a run whose plan names none
 * @property {number} recycleHeapMb heap in use after a run beyond which its process is replaced
 * @property {number} maxMemoryLimitMb what a plan may ask for
 * @property {number} stateLimitMb 0: a quarter of the memory limit
 * @property {number} runTimeoutMs for runs whose plan names none
 * @property {number} payloadLimitMb largest output that is reported
 * @property {number} logPayloadLimitMb largest log line that is reported
 * @property {number} logLimitLines lines of one run that are reported
 * @property {number} logLimitMb text of one run's log that is reported
 * @property {string} runtimeLogLevel least level of the runtime's own lines: debug, info, warn, error or none
 * @property {number} maxUnacknowledgedMb reports held in memory before the processes have to wait
 * @property {number} drainMs how long runs may go on after SIGTERM
 * @property {number} installTimeoutMs
 * @property {{ allow: string[], offline: boolean }} adaptors
 * @property {import('./egress/policy.js').EgressSettings} egress what jobs may call, and how much of it
 * @property {string[]} preload adaptors loaded before a process gets a run
 * @property {Record<string, string>} childEnv the whole environment of the processes that execute jobs
 * @property {boolean} standalone whether it outlives the process that started it
 * @property {string} logLevel debug, info, warn or error
 */

const text = { is: (/** @type {unknown} */ v) => typeof v === 'string' && v !== '', expected: 'a text' };
const flag = { is: (/** @type {unknown} */ v) => typeof v === 'boolean', expected: 'true or false' };
const texts = { is: (/** @type {unknown} */ v) => Array.isArray(v) && v.every(e => typeof e === 'string'), expected: 'a list of texts' };

/** @param {number} least @param {number} most */
const integer = (least, most) => ({
  is: (/** @type {unknown} */ v) => Number.isInteger(v) && /** @type {number} */ (v) >= least && /** @type {number} */ (v) <= most,
  expected: `a whole number from ${least} to ${most}`,
});
/** @param {number} least @param {number} most */
const amount = (least, most) => ({
  is: (/** @type {unknown} */ v) => typeof v === 'number' && v >= least && v <= most,
  expected: `a number from ${least} to ${most}`,
});
/** @param {string[]} words */
const oneOf = (...words) => ({ is: (/** @type {unknown} */ v) => words.includes(/** @type {string} */ (v)), expected: words.join(', ') });

const url = { is: isSocketUrl, expected: 'an address that begins with ws:// or wss://' };
const env = {
  is: (/** @type {unknown} */ v) => isObject(v) && Object.values(/** @type {object} */ (v)).every(e => typeof e === 'string'),
  expected: 'an object of texts',
};
const adaptors = {
  is: (/** @type {any} */ v) => isObject(v) && texts.is(v.allow ?? []) && flag.is(v.offline ?? false)
    && Object.keys(v).every(key => key === 'allow' || key === 'offline'),
  expected: '{ allow: [names], offline: true or false }',
};

const MAX_TIMER_MS = 2 ** 31 - 1;
const exceptions = { is: (/** @type {any} */ v) => texts.is(v) && v.every((/** @type {string} */ e) => parseException(e) !== undefined) };
const egressRules = /** @type {Record<string, { is(value: unknown): boolean }>} */ ({
  allow: exceptions, dnsServers: texts, responseLimitMb: amount(0.001, 1_024), callTimeoutMs: integer(1, MAX_TIMER_MS),
});
const egress = {
  is: (/** @type {any} */ v) => isObject(v) && Object.keys(v).every(key => egressRules[key]?.is(v[key])),
  expected: '{ allow: [host, host:port or http://host:port], dnsServers: [addresses], responseLimitMb, callTimeoutMs }',
};
/** Frames are at most 16 MB, and an event holds other fields beside its payload. */
const MAX_PAYLOAD_MB = 14;

/** @type {Record<string, [rule: { is(value: unknown): boolean, expected: string }, fallback?: unknown]>} */
const KEYS = {
  url: [url],
  secret: [text],
  name: [text, 'worker'],
  capacity: [integer(1, 256), 2],
  prefetch: [integer(0, 64), 16],
  spares: [integer(1, 64), 1],
  maxIdleChildren: [integer(0, 256), 4],
  maxRunsPerChild: [integer(1, 1_000_000), 2_000],
  repoDir: [text],
  memoryLimitMb: [integer(64, 65_536), 500],
  recycleHeapMb: [integer(32, 65_536), 160],
  maxMemoryLimitMb: [integer(64, 65_536), 2_048],
  stateLimitMb: [amount(0, 4_096), 0],
  runTimeoutMs: [integer(1, MAX_TIMER_MS), 300_000],
  payloadLimitMb: [amount(0.001, MAX_PAYLOAD_MB), 10],
  logPayloadLimitMb: [amount(0.001, MAX_PAYLOAD_MB), 1],
  logLimitLines: [integer(1, 1_000_000), 10_000],
  logLimitMb: [amount(0.001, 1_024), 10],
  runtimeLogLevel: [oneOf('debug', 'info', 'warn', 'error', 'none'), 'debug'],
  maxUnacknowledgedMb: [amount(1, 4_096), 64],
  drainMs: [integer(0, MAX_TIMER_MS), 30_000],
  installTimeoutMs: [integer(1_000, MAX_TIMER_MS), 300_000],
  egress: [egress, {}],
  adaptors: [adaptors, { allow: ['@openfn/language-*'], offline: false }],
  preload: [texts, []],
  childEnv: [env, {}],
  standalone: [flag, false],
  logLevel: [oneOf('debug', 'info', 'warn', 'error'), 'info'],
};

/**
 * @param {string} source JSON
 * @returns {Config}
 */
export function parseConfig(source) {
  const given = parseObject(source);
  const faults = Object.keys(given).filter(key => !KEYS[key]).map(key => `${key} is not known`);
  /** @type {any} */ const config = {};
  for (const [key, [rule, fallback]] of Object.entries(KEYS)) {
    const value = given[key] ?? fallback;
    if (value === undefined) faults.push(`${key} is missing`);
    else if (!rule.is(value)) faults.push(`${key} must be ${rule.expected}`);
    config[key] = value;
  }
  if (faults.length > 0) throw new Error(`configuration: ${faults.join('; ')}`);
  return {
    ...config,
    adaptors: { allow: ['@openfn/language-*'], offline: false, ...config.adaptors },
    egress: { allow: [], dnsServers: [], responseLimitMb: 64, callTimeoutMs: 120_000, ...config.egress },
  };
}

/** @param {string} path */
export function readConfigFile(path) {
  return parseConfig(readFileSync(path, 'utf8'));
}

/** The parser's own message would quote the text, secret included. @param {string} source */
function parseObject(source) {
  let value;
  try {
    value = JSON.parse(source);
  } catch {
    throw new Error('configuration: not JSON');
  }
  if (!isObject(value)) throw new Error('configuration: not an object');
  return value;
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isSocketUrl(value) {
  return typeof value === 'string' && URL.canParse(value) && /^(wss?|ws\+unix):$/.test(new URL(value).protocol);
}
