import { randomUUID } from 'node:crypto';
import { timestamp } from '../clock.js';
import { isResumed } from '../plan/resume.js';
import { RunFault, errorOutcome, runOutcome, stepOutcome } from '../plan/reasons.js';
import { logText } from './sanitize.js';

const REDACTED_LOG = '["[REDACTED: Message length exceeds payload limit]"]';
const DROPPED_LOG = '["[REDACTED: This run logs too much, its further lines are dropped]"]';
const UNSERIALIZABLE = '[unable to serialize';
/** Lines of job code leave at once up to this number; whoever logs more is served in batches. */
const EAGER_LINES = 100;
const BATCH_CHARACTERS = 32_768;
const BATCH_MS = 20;
/** It is part of the output as well, and both have to fit into one frame. */
const MAX_RESPONSE_CHARACTERS = 250_000;
const MB = 1024 * 1024;

/**
 * Writes down what happens in a run, as the events of the worker protocol.
 * @typedef {{ payloadLimitMb: number, logPayloadLimitMb: number, logLimitLines: number, logLimitMb: number }} Limits
 */
export class Recorder {
  #write;
  #limits;
  #options;
  #lines = '';
  #logLines = 0;
  #logCharacters = 0;
  /** @type {NodeJS.Timeout | undefined} */ #flushing;
  /** @type {{ step_id: string, job_id: string, since: number } | undefined} */ #open;
  /** @type {Map<string, (string | undefined)[]>} */ #inputs = new Map();
  #dataclipId;
  #silent = false;
  /** @type {import('../plan/resume.js').End[]} */ ends = [];
  /** @type {Map<string, string | undefined>} */ resumedFrom = new Map();
  ended = false;

  /** @param {(lines: string) => void} write @param {Limits} limits @param {any} plan */
  constructor(write, limits, plan) {
    this.#write = write;
    this.#limits = limits;
    this.#options = plan.options ?? {};
    this.#dataclipId = plan.dataclip_id ?? undefined;
  }

  get hasOpenStep() {
    return this.#open !== undefined;
  }

  /** @param {Record<string, unknown>} versions */
  start(versions) {
    this.#event(`{"type":"run:start","timestamp":"${timestamp()}","versions":${JSON.stringify(versions)}}`);
  }

  /** What the runtime tells about its steps. @param {string} name @param {any} payload */
  notify(name, payload) {
    if (isResumed(payload.jobId)) return this.#resumed(name, payload);
    if (name === 'init-start') this.#openStep(payload.jobId);
    else if (name === 'job-complete') this.#stepComplete(payload);
    else if (name === 'job-error') this.#closeStep(payload.jobId, stepOutcome(payload.jobId, payload.error, payload.state), payload);
  }

  /** @param {string} source @param {string} level @param {unknown[]} args */
  log(source, level, args) {
    if (this.#silent || this.ended) return;
    if (this.#logLines > this.#limits.logLimitLines || this.#logCharacters > this.#limits.logLimitMb * MB) return;
    const text = logText(args, this.#options.sanitize);
    if (text === undefined) return;
    this.#logLines += 1;
    this.#logCharacters += text.length;
    const full = this.#logLines > this.#limits.logLimitLines || this.#logCharacters > this.#limits.logLimitMb * MB;
    if (full) return this.#logLine('RTE', 'warn', DROPPED_LOG);
    this.#logLine(source, level, text.length > this.#logLimit() ? REDACTED_LOG : text);
    if (source === 'JOB' && this.#logLines <= EAGER_LINES) this.flush();
  }

  /** @param {any} finalState */
  complete(finalState) {
    this.#finish(runOutcome(this.ends), finalState);
  }

  /** Ends the run with an error, closing the step that was open. @param {any} error */
  abort(error) {
    if (this.ended) return;
    this.#silent = false;
    if (this.#open) this.#closeStep(this.#open.job_id, errorOutcome(error, error.subtype || error.name), {});
    this.#finish(errorOutcome(error, error.name), undefined);
  }

  flush() {
    if (this.#lines === '') return;
    this.#write(this.#lines);
    this.#lines = '';
  }

  /** @param {string} jobId */
  #openStep(jobId) {
    this.#silent = false;
    const input = this.#inputs.get(jobId)?.shift() ?? (this.#inputs.has(jobId) ? undefined : this.#dataclipId);
    this.#open = { step_id: randomUUID(), job_id: jobId, since: performance.now() };
    const { step_id } = this.#open;
    this.#event(JSON.stringify({ type: 'step:start', step_id, job_id: jobId, timestamp: timestamp(), input_dataclip_id: input }));
    this.flush();
  }

  /** @param {any} payload */
  #stepComplete(payload) {
    if (typeof payload.state === 'string' && payload.state.startsWith(UNSERIALIZABLE)) {
      throw new RunFault('StateSerializationError', 'fail', 'The state holds a value that JSON cannot express, such as a BigInt');
    }
    this.#closeStep(payload.jobId, stepOutcome(payload.jobId, undefined, payload.state), payload);
  }

  /** @param {string} jobId @param {import('../plan/reasons.js').Outcome} outcome @param {any} payload */
  #closeStep(jobId, outcome, payload) {
    const { state, next = [], mem, duration } = payload;
    const step = /** @type {NonNullable<typeof this.#open>} */ (this.#open);
    const output = this.#output(state);
    const fields = {
      type: 'step:complete', step_id: step.step_id, job_id: jobId, ...outcome, ...output.fields,
      ...(mem && { mem: { job: mem.job, system: mem.system } }),
      duration: duration ?? Math.round(performance.now() - step.since),
      timestamp: timestamp(),
      ...this.#webhookResponse(state?.webhookResponse),
    };
    this.#event(withJson(JSON.stringify(fields), 'output', output.json));
    this.#open = undefined;
    this.ends.push({ jobId, state, outcome, isLeaf: next.length === 0, outputId: output.fields.output_dataclip_id });
    for (const id of next) this.#expect(id, output.fields.output_dataclip_id);
  }

  /** @param {any} response */
  #webhookResponse(response) {
    if (!response) return {};
    if (JSON.stringify(response).length <= MAX_RESPONSE_CHARACTERS) return { webhook_response: response };
    this.#logLine('RTE', 'warn', '["state.webhookResponse is too large and is not sent"]');
    return {};
  }

  /** A step's output as it is reported; the workflow goes on with the true state. @param {any} state */
  #output(state) {
    if (state === undefined) return { fields: {} };
    const json = JSON.stringify(state);
    if (Buffer.byteLength(json) > this.#payloadLimit()) return { fields: { output_error: 'DATACLIP_TOO_LARGE' } };
    if (this.#options.output_dataclips === false) return { fields: {} };
    return { fields: { output_dataclip_id: randomUUID() }, json };
  }

  /** @param {string} jobId @param {string} [dataclipId] */
  #expect(jobId, dataclipId) {
    const waiting = this.#inputs.get(jobId);
    if (waiting) waiting.push(dataclipId);
    else this.#inputs.set(jobId, [dataclipId]);
  }

  /** A step that earlier attempts finished is not reported again. @param {string} name @param {any} payload */
  #resumed(name, payload) {
    this.#silent = true;
    if (name !== 'job-complete') return;
    for (const id of payload.next) this.#expect(id, this.resumedFrom.get(payload.jobId));
  }

  /** @param {import('../plan/reasons.js').Outcome} outcome @param {any} finalState */
  #finish(outcome, finalState) {
    const failure = outcome.error_type ? `\n${outcome.error_type}: ${outcome.error_message || 'unknown'}` : '';
    const status = JSON.stringify([`Run complete with status: ${outcome.reason}${failure}`]);
    this.#logLine('R/T', outcome.reason === 'success' ? 'success' : 'error', status);
    const leaves = this.ends.filter(end => end.isLeaf);
    const id = leaves.length === 1 && finalState !== undefined ? leaves[0].outputId : undefined;
    const json = id === undefined && finalState !== undefined ? JSON.stringify(finalState) : undefined;
    const sent = json !== undefined && Buffer.byteLength(json) <= this.#payloadLimit() ? json : undefined;
    const fields = JSON.stringify({ type: 'run:complete', ...outcome, timestamp: timestamp(), final_dataclip_id: id });
    this.#event(withJson(fields, 'final_state', sent));
    this.flush();
    this.ended = true;
    clearTimeout(this.#flushing);
  }

  /** @param {string} source @param {string} level @param {string} text */
  #logLine(source, level, text) {
    const step = this.#open ? `,"step_id":"${this.#open.step_id}"` : '';
    this.#event(`{"type":"log","source":"${source}","level":${JSON.stringify(level)},"message":${text},"timestamp":"${timestamp()}"${step}}`);
  }

  /** @param {string} json */
  #event(json) {
    if (this.ended) return;
    this.#lines += `E${json}\n`;
    if (this.#lines.length > BATCH_CHARACTERS) this.flush();
    else this.#flushing ??= setTimeout(() => this.#flushLate(), BATCH_MS).unref();
  }

  #flushLate() {
    this.#flushing = undefined;
    this.flush();
  }

  #payloadLimit() {
    return (this.#options.payload_limit_mb ?? this.#limits.payloadLimitMb) * MB;
  }

  #logLimit() {
    return (this.#options.log_payload_limit_mb ?? this.#limits.logPayloadLimitMb) * MB;
  }
}

/** Adds a field whose value is JSON text already. @param {string} object @param {string} key @param {string} [json] */
function withJson(object, key, json) {
  return json === undefined ? object : `${object.slice(0, -1)},"${key}":${json}}`;
}
