import runtime from '@openfn/runtime';
import { resumePlan } from '../plan/resume.js';
import { convertPlan } from '../plan/convert.js';
import { RunFault } from '../plan/reasons.js';
import { compilePlan } from './compile.js';
import { announceJob, announcePlan } from './contexts.js';
import './memory.js';
import './modules.js';
import { makeLinker } from './linker.js';
import { makeLogger } from './loggers.js';
import { Recorder } from './recorder.js';

const STATE_PROPS_TO_REMOVE = ['configuration', 'response'];

/**
 * @typedef {{ key: string, plan: any, input: any, credentials: Record<string, any>, finished: any[], timeoutMs: number,
 *             memoryLimitMb: number, stateLimitMb: number, adaptors: Record<string, { path: string, version: string }>,
 *             egress: { allow: string[] } }} RunCommand
 * @typedef {import('./recorder.js').Limits & { runtimeLogLevel: string, recycleHeapMb: number,
 *             egress: import('../egress/policy.js').EgressSettings, versions: Record<string, string> }} Settings
 */

/** One run: from the plan to its last event. */
export class Runner {
  #command;
  #settings;
  #recorder;
  log;

  /** @param {RunCommand} command @param {Settings} settings @param {(lines: string) => void} write */
  constructor(command, settings, write) {
    this.#command = command;
    this.#settings = settings;
    this.#recorder = new Recorder(write, settings, command.plan);
    this.log = this.#recorder.log.bind(this.#recorder);
  }

  async execute() {
    try {
      this.#announce();
      const final = await this.#walk();
      this.#recorder.complete(final);
    } catch (error) {
      this.#recorder.abort(this.#classified(error));
    }
  }

  /** Ends the run because of something that nobody in it handled. @param {unknown} error */
  crash(error) {
    const message = error instanceof Error || typeof (/** @type {any} */ (error)?.message) === 'string'
      ? /** @type {Error} */ (error).message : String(error);
    this.#recorder.abort(new RunFault('ExecutionError', 'crash', message));
  }

  #announce() {
    const { plan, memoryLimitMb, timeoutMs } = this.#command;
    const versions = { ...this.#settings.versions, ...adaptorVersions(this.#command.adaptors) };
    this.#recorder.start(versions);
    const banner = Object.entries(versions).map(([name, version]) => `  ${name}: ${version}`);
    this.log('VER', 'info', [[`Versions for run ${plan.id}:`, ...banner].join('\n')]);
    this.log('RTE', 'info', [`Memory limit: ${memoryLimitMb}mb`]);
    this.log('RTE', 'info', [`Timeout: ${Math.round(timeoutMs / 100) / 10}s`]);
  }

  async #walk() {
    const { plan: source, input, credentials, adaptors, finished } = this.#command;
    const plan = convertPlan(source, credentials, adaptors);
    const given = input ?? {};
    const resumed = finished.length > 0 ? resumePlan(plan, given, finished, source.dataclip_id) : undefined;
    const fatal = resumed?.ends.find(end => isFatal(end.outcome.reason));
    if (resumed) this.#recorder.ends.push(...resumed.ends);
    if (resumed) this.#recorder.resumedFrom = resumed.sources;
    if (fatal) return undefined;
    if (resumed?.done) return leavesOf(this.#recorder.ends);
    const whole = resumed?.plan ?? plan;
    announcePlan(whole, compilePlan(whole));
    const final = await runtime(whole, given, this.#runtimeOptions());
    return resumed ? leavesOf(this.#recorder.ends) : final;
  }

  /** @returns {any} */
  #runtimeOptions() {
    const { key, stateLimitMb, plan } = this.#command;
    return {
      logger: makeLogger('R/T', this.#settings.runtimeLogLevel, this.log),
      jobLogger: makeLogger('JOB', plan.options?.job_log_level ?? 'debug', this.log),
      linker: { whitelist: [/^@openfn\//], linker: makeLinker(key) },
      callbacks: { notify: (/** @type {string} */ name, /** @type {any} */ payload) => this.#notify(name, payload) },
      statePropsToRemove: STATE_PROPS_TO_REMOVE,
      stateLimitMb,
      disableEsmHook: true,
    };
  }

  /** @param {string} name @param {any} payload */
  #notify(name, payload) {
    if (name === 'job-start') announceJob(payload.jobId);
    if (name === 'job-error') forgetMissingPlace(payload);
    this.#recorder.notify(name, payload);
  }

  /** The runtime throws errors without severity before the first step: for conditions that do not parse. @param {any} error */
  #classified(error) {
    if (error?.severity) return error;
    const message = error?.message ?? String(error);
    const began = this.#recorder.ends.length > 0 || this.#recorder.hasOpenStep;
    return began ? new RunFault('ExecutionError', 'exception', message) : new RunFault('EdgeConditionError', 'crash', message);
  }
}

/** @param {string} reason */
function isFatal(reason) {
  return reason !== 'success' && reason !== 'fail';
}

/** A position that is not in the job's source is not shown. @param {any} payload */
function forgetMissingPlace({ jobId, error, state }) {
  if (error.pos && error.pos.line === null) {
    delete error.pos;
    delete state?.errors?.[jobId]?.pos;
  }
}

/** The final state in the shape the runtime gives it. @param {import('../plan/resume.js').End[]} ends */
function leavesOf(ends) {
  /** @type {Map<string, number>} */ const counts = new Map();
  /** @type {Record<string, any>} */ const leaves = {};
  for (const end of ends) {
    const count = counts.get(end.jobId) ?? 0;
    counts.set(end.jobId, count + 1);
    if (end.isLeaf && end.state) leaves[count === 0 ? end.jobId : `${end.jobId}-${count}`] = end.state;
  }
  const all = Object.values(leaves);
  return all.length > 1 ? leaves : all[0];
}

/** @param {Record<string, { version: string }>} adaptors */
function adaptorVersions(adaptors) {
  /** @type {Record<string, string[]>} */ const versions = {};
  for (const [specifier, { version }] of Object.entries(adaptors)) {
    (versions[specifier.slice(0, specifier.lastIndexOf('@'))] ??= []).push(version);
  }
  return versions;
}
