const FIRST_FLUSH_MS = 50;
const FLUSH_MS = 100;
const RETRY_MS = 1_000;
/** Answers after which a run is no longer this worker's business. */
const FINAL = new Set(['stale_attempt', 'run_final', 'not_found', 'invalid']);

/**
 * Brings the events of all runs to the node: in order per run, one frame of a run on the wire at a time, again after a
 * loss. What was not acknowledged stays in memory; beyond a bound, those who write events have to wait.
 * @typedef {import('./held-run.js').HeldRun} HeldRun
 * @typedef {{ send(event: string, payload: string): Promise<any>, onReported(run: HeldRun): void,
 *             onRefused(run: HeldRun, code: string): void, onPressure(isHigh: boolean): void }} Surroundings
 */
export class Reporter {
  #around;
  #log;
  #maxBytes;
  #bytes = 0;
  #isHigh = false;
  #isOnline = false;

  /** @param {Surroundings} around @param {number} maxBytes @param {import('../log.js').Log} log */
  constructor(around, maxBytes, log) {
    this.#around = around;
    this.#maxBytes = maxBytes;
    this.#log = log;
  }

  get isHigh() {
    return this.#isHigh;
  }

  /** @param {HeldRun} run @param {string} json */
  add(run, json) {
    if (run.isForgotten) return;
    this.#account(run, () => run.report.add(json));
    if (run.report.isFull) void this.#send(run);
    else if (!run.flushTimer) this.#flushIn(run, run.report.isFresh ? FIRST_FLUSH_MS : FLUSH_MS);
  }

  /** Nothing will be added any more. @param {HeldRun} run */
  complete(run) {
    run.report.isComplete = true;
    if (!run.isForgotten) void this.#send(run);
  }

  /** @param {HeldRun} run */
  forget(run) {
    run.isForgotten = true;
    clearTimeout(run.flushTimer);
    this.#account(run, () => run.report.clear());
  }

  /** The node is there; what it has not acknowledged is sent again. @param {Iterable<HeldRun>} runs */
  online(runs) {
    this.#isOnline = true;
    for (const run of runs) void this.#send(run);
  }

  offline() {
    this.#isOnline = false;
  }

  /** @param {HeldRun} run @param {number} delay */
  #flushIn(run, delay) {
    clearTimeout(run.flushTimer);
    run.flushTimer = setTimeout(() => {
      run.flushTimer = undefined;
      void this.#send(run);
    }, delay);
  }

  /** @param {HeldRun} run */
  async #send(run) {
    if (run.isSending || run.isForgotten || !this.#isOnline || run.report.isEmpty) return;
    clearTimeout(run.flushTimer);
    run.flushTimer = undefined;
    run.isSending = true;
    const { from, events } = run.report.batch();
    const payload = `{"run_id":${JSON.stringify(run.id)},"attempt":${run.attempt},"from":${from},"events":[${events}]}`;
    try {
      const reply = await this.#around.send('run:events', payload);
      run.isSending = false;
      this.#onAcknowledged(run, reply?.next);
    } catch (error) {
      run.isSending = false;
      this.#onError(run, /** @type {import('../socket/socket.js').ReplyError} */ (error));
    }
  }

  /** @param {HeldRun} run @param {number} next */
  #onAcknowledged(run, next) {
    if (run.isForgotten) return;
    if (!this.#account(run, () => run.report.acknowledge(next))) return this.#refused(run, 'nonsense');
    if (run.report.isComplete && run.report.isEmpty) this.#around.onReported(run);
    else if (run.report.isFull) void this.#send(run);
    else if (!run.report.isEmpty) this.#flushIn(run, FLUSH_MS);
  }

  /** @param {HeldRun} run @param {import('../socket/socket.js').ReplyError} error */
  #onError(run, error) {
    if (run.isForgotten || error.code === 'closed') return;
    if (FINAL.has(error.code)) return this.#refused(run, error.code);
    if (error.code === 'gap') return this.#onAcknowledged(run, error.response.next);
    const delay = error.code === 'overloaded' ? error.response.retry_after_ms ?? RETRY_MS : RETRY_MS;
    this.#log.warn('a report is sent again', { run_id: run.id, code: error.code });
    this.#flushIn(run, Math.max(0, Number(delay)));
  }

  /** @param {HeldRun} run @param {string} code */
  #refused(run, code) {
    const level = code === 'invalid' || code === 'nonsense' ? 'error' : 'info';
    this.#log[level]('the node refuses the reports of a run', { run_id: run.id, attempt: run.attempt, code });
    this.#around.onRefused(run, code);
  }

  /** @template T @param {HeldRun} run @param {() => T} change @returns {T} */
  #account(run, change) {
    const before = run.report.bytes;
    const result = change();
    this.#bytes += run.report.bytes - before;
    const isHigh = this.#isHigh ? this.#bytes > this.#maxBytes / 2 : this.#bytes > this.#maxBytes;
    if (isHigh !== this.#isHigh) {
      this.#isHigh = isHigh;
      this.#around.onPressure(isHigh);
    }
    return result;
  }
}
