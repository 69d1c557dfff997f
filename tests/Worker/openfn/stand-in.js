import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

// Stands in for OpenFn's own worker: the Phoenix client that it uses, in its version, and the runtime that it executes with.
// Takes one run after the other, one event at a time, each after the answer to the one before. Job code needs no adaptor here.
const worker = join(import.meta.dirname, '..', '..', '..', 'src', 'Worker');
const require = createRequire(join(worker, 'package.json'));
const { Socket } = require('phoenix');
const { WebSocket } = require('ws');
const { default: runtime } = await imported('node_modules', '@openfn', 'runtime', 'dist', 'index.js');
const { convertPlan } = await imported('plan', 'convert.js');
const { workerToken } = await imported('socket', 'token.js');

const { LIGHTNING_URL, WORKER_SECRET, PUBLIC_KEY } = process.env;
const publicKey = createPublicKey(Buffer.from(PUBLIC_KEY, 'base64').toString());
const REASONS = { fail: 'fail', crash: 'crash', kill: 'kill' };

/** No answer is no end: while the node restarts, claims are lost. */
async function claim() {
  try {
    return (await answered(queue.push('claim', { demand: 1, worker_name: 'stand-in', queues: ['manual', '*'] }))).runs;
  } catch (error) {
    say(`claim: ${error.message}`);
    return [];
  }
}

async function execute(id, token) {
  check(id, token);
  const channel = socket.channel(`run:${id}`, { token });
  await answered(channel.join());
  const plan = await answered(channel.push('fetch:plan', {}));
  const input = plan.dataclip_id ? await dataclip(channel, plan.dataclip_id) : {};
  const credentials = {};
  for (const job of plan.jobs) {
    if (job.credential_id) credentials[job.credential_id] = await answered(channel.push('fetch:credential', { id: job.credential_id }));
  }
  const report = new Report(id, channel);
  report.send('run:start', { versions: { worker: '1.25.0', node: process.versions.node }, timestamp: micros() });
  const final = await walk(plan, credentials, input, report);
  report.send('run:complete', { ...report.outcome, final_state: final, timestamp: micros() });
  await report.sent;
  await answered(channel.leave());
  say(`completed ${id}`);
}

async function walk(plan, credentials, input, report) {
  const whole = convertPlan(plan, credentials, {});
  for (const step of whole.workflow.steps) {
    if (step.expression !== undefined) step.expression = `const fn = operation => operation; export default [${step.expression}];`;
  }
  try {
    return await runtime(whole, input, {
      jobLogger: logger(report),
      callbacks: { notify: (name, payload) => report.notify(name, payload) },
      statePropsToRemove: ['configuration', 'response'],
    });
  } catch (error) {
    report.outcome = outcomeOf(error);
    return undefined;
  }
}

class Report {
  outcome = { reason: 'success', error_type: null, error_message: null };
  sent = Promise.resolve();
  #step;

  constructor(id, channel) {
    Object.assign(this, { id, channel });
  }

  /** One at a time, as OpenFn's worker: an answer is waited for, whatever it is. */
  send(event, payload) {
    this.sent = this.sent.then(() => answered(this.channel.push(event, payload)))
      .catch(error => say(`${event}: ${JSON.stringify(error.response ?? error.message)}`));
  }

  log(level, args) {
    this.send('run:log', { run_id: this.id, message: args, source: 'JOB', level, timestamp: micros(), step_id: this.#step?.step_id });
  }

  notify(name, payload) {
    if (name === 'job-start') {
      this.#step = { step_id: randomUUID(), job_id: payload.jobId };
      this.send('step:start', { ...this.#step, timestamp: micros() });
    } else if (name === 'job-complete') {
      this.#close({ reason: 'success', error_type: null, error_message: null }, payload);
    } else if (name === 'job-error') {
      this.#close(outcomeOf(payload.error), payload);
    }
  }

  #close(outcome, { state, next = [], duration, mem }) {
    if (next.length === 0) this.outcome = outcome;
    this.send('step:complete', {
      ...this.#step, ...outcome, duration, mem, thread_id: 1, timestamp: micros(),
      output_dataclip_id: randomUUID(), output_dataclip: JSON.stringify(state ?? {}),
    });
    this.#step = undefined;
  }
}

function outcomeOf(error) {
  return { reason: REASONS[error.severity] ?? 'crash', error_type: error.subtype ?? error.type ?? error.name, error_message: error.message };
}

function logger(report) {
  const write = level => (...args) => report.log(level, args);
  return { log: write('info'), info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug'), success: write('success') };
}

/** As the worker does that is given the public key: signature, issuer and times. */
function check(id, token) {
  const [head, claims, signature] = token.split('.');
  const valid = verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
  const { iss, sub, nbf, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const now = Date.now() / 1000;
  if (!valid || iss !== 'Lightning' || sub !== `run:${id}` || nbf > now + 5 || exp < now) throw new Error('the run token is not good');
}

async function dataclip(channel, id) {
  const body = await answered(channel.push('fetch:dataclip', { id }));
  return JSON.parse(new TextDecoder('utf8').decode(body));
}

function answered(push) {
  return new Promise((resolve, reject) => push
    .receive('ok', resolve)
    .receive('error', response => reject(Object.assign(new Error('refused'), { response })))
    .receive('timeout', () => reject(new Error('no answer'))));
}

function imported(...path) {
  return import(pathToFileURL(join(worker, ...path)).href);
}

function micros() {
  return String(Date.now() * 1000);
}

function say(text) {
  console.log(text);
}

const socket = new Socket(LIGHTNING_URL, {
  params: { token: workerToken(WORKER_SECRET, 'every-poets-flow'), api_version: '1.2', worker_version: '1.25.0' },
  transport: WebSocket,
  heartbeatIntervalMs: 500,
});
socket.onOpen(() => say('connected'));
socket.onError(error => say(`socket error: ${error.message ?? error.type ?? error}`));
socket.connect();

const queue = socket.channel('worker:queue', { capacity: 1, queues: { 'manual>*': 1 } });
const wake = { now: () => {} };
queue.on('work-available', () => wake.now());
await answered(queue.join());
say('joined');

for (;;) {
  const runs = await claim();
  for (const { id, token } of runs) await execute(id, token);
  if (runs.length === 0) await new Promise(resolve => { wake.now = resolve; setTimeout(resolve, 2_000); });
}
