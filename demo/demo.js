#!/usr/bin/env node
// A FHIR bundle from five clinics becomes DHIS2 tracker data, on a node of its own. `./cluster demo` builds and starts this.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { client } from './client.js';
import { startDhis2 } from './dhis2.js';
import { bundle, workflow } from './files.js';
import { startNode } from './node.js';
import { check } from './expectations.js';
import { bold, dim, done, duration, green, red, say, table, title, yellow } from './screen.js';

const RUN_MS = 120_000;
const NOBODY_READS = 141;
const NAMES_SHOWN = 2;

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false }, adaptors: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cluster-demo-'));
/** What has to be stopped at the end, the last first. @type {(() => Promise<void>)[]} */
const open = [];
let ending;

process.once('SIGINT', () => interrupted(130));
process.once('SIGTERM', () => interrupted(143));
process.once('SIGHUP', () => interrupted(129));
process.stdout.on('error', () => interrupted(NOBODY_READS));
process.exitCode = await main();

async function main() {
  try {
    await demonstrate();
    return 0;
  } catch (error) {
    if (ending) return process.exitCode ?? 1;
    say(`\n${red('The demo failed.')} ${error.message}`);
    return 1;
  } finally {
    await end();
  }
}

async function interrupted(code) {
  if (ending) return;
  process.exitCode = code;
  const ended = end();
  if (code !== NOBODY_READS) say(dim('\nStopping ...'));
  await ended;
  process.exit(code);
}

/** Once, whoever asks first. */
function end() {
  ending ??= (async () => {
    for (const stop of open.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  })();
  return ending;
}

async function demonstrate() {
  const { node, dhis2 } = await start();
  const api = client(node.url, node.token);
  const { project, saved } = await setUp(api, dhis2);
  const { orderId, runId } = await submit(node, saved);
  await showLog(api, runId);
  const { run, output } = await showOutcome(api, orderId, saved);
  showWorld(dhis2.received);
  check({ run, output, received: dhis2.received });
  showMore(node, project, run);
  if (options.keep) await keep(node, saved);
}

async function start() {
  title('Starting');
  const since = performance.now();
  const node = await startNode({ root, folder, adaptors: options.adaptors });
  open.push(node.stop);
  done(`Node           ${node.url}`, `${duration(performance.now() - since)}, data in a temporary folder`);
  const dhis2 = await startDhis2();
  open.push(dhis2.close);
  done(`DHIS2 tracker  ${dhis2.url}`, 'a stand-in, with basic authentication');
  return { node, dhis2 };
}

async function setUp(api, dhis2) {
  title('Setting up');
  const project = await api.post('/v1/projects', { name: 'clinics', description: 'Demo: clinics report to DHIS2' });
  await api.put(`/v1/admin/projects/${project.id}/egress`, { allow: [dhis2.url] });
  const ids = {};
  for (const [name, body] of Object.entries(dhis2.credentials)) {
    const { id } = await api.post('/v1/credentials', { name, schema: 'http', body });
    await api.put(`/v1/credentials/${id}/projects/${project.id}`);
    ids[name] = id;
  }
  done(`Project ${project.name}, credentials ${Object.keys(ids).join(' and ')}`, 'sealed; granted to this project only');
  done(`Plain HTTP to ${dhis2.url}`, 'allowed to this project by the administrator');
  const saved = await api.postYaml(`/v1/projects/${project.id}/workflows`, workflow(ids));
  done(`Workflow "${saved.name}"`, `${saved.jobs.length} jobs, ${saved.edges.length} edges`);
  say(dim(`
      webhook ──▶ Sort ──[some are valid]──▶ Map ──▶ Send ──[some were rejected]──▶ Report
                   │                                  │                               │
                   └──[nothing to send]──▶ Summarise ◀┴──[all were stored]            │
                                               ▲                                      │
                                               └──────────────────────────────────────┘`));
  return { project, saved };
}

async function submit(node, saved) {
  title('Submitting');
  const body = bundle();
  const since = performance.now();
  const response = await fetch(`${node.url}/i/${saved.trigger.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(RUN_MS),
  });
  if (!response.ok) throw new Error(`The webhook answered with ${response.status}: ${await response.text()}`);
  const entries = JSON.parse(body).entry.length;
  done(`POST /i/${saved.trigger.id}`, `${Math.round(body.length / 1_024)} KB, ${entries} entries; stored and answered in ${duration(performance.now() - since)}`);
  const { work_order_id: orderId } = await response.json();
  const runId = response.headers.get('x-meta-run-id');
  say(`    work order ${orderId}\n    run        ${runId}`);
  return { orderId, runId };
}

/** What the jobs themselves say, while they say it. */
async function showLog(api, runId) {
  title('Live log');
  for await (const { at, source, level, message } of api.follow(runId, RUN_MS)) {
    if (source !== 'JOB') continue;
    const text = message.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
    say(`  ${dim(at.slice(11, 23))}  ${level === 'error' ? red(text) : text}`);
  }
}

async function showOutcome(api, orderId, saved) {
  const order = await api.get(`/v1/work-orders/${orderId}`);
  const run = await api.get(`/v1/runs/${order.runs[0].id}`);
  const names = new Map(saved.jobs.map(({ id, name }) => [id, name]));
  run.steps = run.steps.map(step => ({ ...step, job: names.get(step.jobId) }));
  title('What happened');
  const verdict = order.state === 'success' ? green(order.state) : red(order.state);
  const waited = Date.parse(run.startedAt) - Date.parse(run.createdAt);
  const ran = Date.parse(run.finishedAt) - Date.parse(run.startedAt);
  say(`  Work order ${verdict}: one run, waited ${duration(waited)}, ran ${duration(ran)}, attempt ${run.attempt}\n`);
  table([
    { cells: ['step', 'exit', 'time', ''], paint: dim },
    ...run.steps.map(step => ({
      cells: [step.job, step.exitReason, duration(step.durationMs), step.errorMessage ? `${step.errorType}: ${step.errorMessage}` : ''],
      paint: step.exitReason === 'success' ? undefined : yellow,
    })),
  ]);
  if (order.state !== 'success') throw new Error(`The run ended as ${run.state}: ${run.errorType}: ${run.errorMessage}`);
  const output = await api.get(`/v1/dataclips/${run.outputDataclipId}/body`);
  showOutput(output);
  return { run, output };
}

function showOutput({ received, stored, refused }) {
  title('Final state');
  say(`  ${received} entries received; ${stored.patients} patients and ${stored.observations} observations stored; ${refused.length} entries refused:`);
  for (const [fault, names] of byFault(refused)) {
    const rest = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
    say(`  ${yellow('-')} ${names.slice(0, NAMES_SHOWN).join(', ')}${rest}: ${dim(fault)}`);
  }
}

function byFault(refused) {
  const groups = new Map();
  for (const { who, fault } of refused) groups.set(fault, [...(groups.get(fault) ?? []), who]);
  return groups;
}

function showWorld({ requests, patients, events, rejected, outcomes }) {
  title('What the other side received');
  say(`  ${requests} requests: ${patients} patients with ${events} events stored, ${rejected.length} patients rejected with 409,`);
  say(`  ${outcomes.length} OperationOutcome with ${outcomes.flatMap(({ issue }) => issue).length} issues for the sender`);
}

function showMore(node, project, run) {
  title('Where to look next');
  say(`  API documentation  ${node.url}/docs`);
  say(`  This run           GET /v1/runs/${run.id}`);
  say(`  All runs           GET /v1/projects/${project.id}/runs`);
}

async function keep(node, saved) {
  title('The node keeps running');
  say(`  export TOKEN=${node.token}`);
  say(`  curl -X POST ${node.url}/i/${saved.trigger.id} -H 'Content-Type: application/json' -d @demo/bundle.json`);
  say(`  curl ${node.url}/v1/projects -H "Authorization: Bearer $TOKEN"`);
  say(`\n  ${bold('Ctrl-C')} stops it and removes its data.`);
  await node.ended;
  if (!ending) throw new Error('The node ended by itself');
}
