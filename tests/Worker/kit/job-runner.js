import { randomUUID } from 'node:crypto';
import { parseConfig } from '../../../src/Worker/config.js';
import { AdaptorInstaller } from '../../../src/Worker/adaptors/installer.js';
import { Dispatcher } from '../../../src/Worker/runs/dispatcher.js';
import { HeldRun } from '../../../src/Worker/runs/held-run.js';
import { poolOptions } from '../../../src/Worker/runs/worker.js';
import { Pool } from '../../../src/Worker/slots/pool.js';
import { makeLog } from '../../../src/Worker/log.js';
import { COMMON, installAdaptors, located, repoDir } from './repo.js';

/** Executes runs as the main process does, without a node. */
export class JobRunner {
  #runs = new Map();

  constructor(settings = {}) {
    installAdaptors();
    const defaults = { url: 'ws://nobody', secret: 'none', repoDir, adaptors: { offline: true } };
    this.config = parseConfig(JSON.stringify({ ...defaults, ...settings }));
    this.pool = new Pool(poolOptions(this.config, { [COMMON]: located(COMMON) }), makeLog('error'));
    const installer = new AdaptorInstaller({ repoDir, ...this.config.adaptors, installTimeoutMs: 1_000 });
    this.dispatcher = new Dispatcher({ config: this.config, pool: this.pool, installer }, {
      onEvent: (run, json) => this.#runs.get(run).events.push(JSON.parse(json)),
      onEnded: run => this.#runs.get(run).resolve(),
      onOverdue: () => undefined,
    });
  }

  /** One job, or `{ jobs, edges, ... }` as in a plan; `more` goes beside the plan. */
  run(what, more = {}) {
    return this.start(what, more).result;
  }

  start(what, { input, credentials, finished, egress, ...plan } = {}) {
    const id = randomUUID();
    const graph = typeof what === 'string' ? { jobs: [job('j1', what)] } : what;
    const run = new HeldRun({
      run_id: id, attempt: 1, input, credentials, finished, egress,
      plan: { id, project_id: 'project', triggers: [], edges: [], ...graph, ...plan },
    });
    const entry = { events: [] };
    const ended = new Promise(resolve => (entry.resolve = resolve));
    this.#runs.set(run, entry);
    void this.dispatcher.add(run);
    return { run, result: ended.then(() => new Result(entry.events)) };
  }

  async stop() {
    await this.pool.close();
  }
}

/** What came of a run. */
export class Result {
  constructor(events) {
    this.events = events;
    this.steps = events.filter(event => event.type === 'step:complete');
    this.started = events.filter(event => event.type === 'step:start');
    this.logs = events.filter(event => event.type === 'log');
    this.end = events.at(-1);
  }

  get jobs() {
    return this.steps.map(step => step.job_id);
  }

  /** The final state, wherever it was reported. */
  get state() {
    if ('final_state' in this.end) return this.end.final_state;
    return this.steps.find(step => step.output_dataclip_id === this.end.final_dataclip_id && this.end.final_dataclip_id)?.output;
  }

  step(jobId) {
    return this.steps.find(step => step.job_id === jobId);
  }

  error(jobId = 'j1') {
    return this.step(jobId).output.errors[jobId];
  }

  text(source) {
    return this.logs.filter(log => log.source === source).map(log => log.message.join(' ')).join('\n');
  }
}

/** A job of a plan. */
export function job(id, body, more = {}) {
  return { id, body, adaptor: COMMON, ...more };
}

/** An edge between two jobs. */
export function edge(from, to, condition = 'always', more = {}) {
  return { id: `${from}-${to}`, source_job_id: from, target_job_id: to, condition, ...more };
}
