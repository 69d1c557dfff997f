import { Execution } from '../slots/execution.js';
import { RunFault } from '../plan/reasons.js';
import { endedBeforeStart, prepare } from './prepare.js';

/** Runs are taken in advance only while they take no longer than this. */
const SHORT_RUN_MS = 250;
/** A run that was taken in advance and has to wait longer than this gets a process beyond the capacity. */
const OVERDUE_MS = 1_000;
const WEIGHT = 0.2;
const UNUSED = { heapMb: 0, isClean: true };

/**
 * Gives runs to processes, first come first served.
 * @typedef {import('./held-run.js').HeldRun} HeldRun
 * @typedef {{ config: import('../config.js').Config, pool: import('../slots/pool.js').Pool,
 *             installer: import('../adaptors/installer.js').AdaptorInstaller }} Means
 * @typedef {{ onEvent(run: HeldRun, json: string): void, onEnded(run: HeldRun): void }} Results
 */
export class Dispatcher {
  #means;
  #results;
  /** @type {{ run: HeldRun, command: import('../child/runner.js').RunCommand }[]} */ #waiting = [];
  #unfinished = 0;
  #active = 0;
  #usualMs = Infinity;
  /** @type {NodeJS.Timeout | undefined} */ #overdue;

  /** @param {Means} means @param {Results} results */
  constructor(means, results) {
    this.#means = means;
    this.#results = results;
  }

  /** How many more runs it would take. */
  get room() {
    const { capacity, prefetch } = this.#means.config;
    return capacity + (this.#usualMs <= SHORT_RUN_MS ? prefetch : 0) - this.#unfinished;
  }

  /** @param {HeldRun} run */
  async add(run) {
    this.#unfinished += 1;
    run.phase = 'preparing';
    try {
      const command = await prepare(run, this.#means);
      if (run.phase !== 'preparing') return;
      run.phase = 'waiting';
      this.#waiting.push({ run, command });
      this.#pump();
    } catch (error) {
      this.#endEarly(run, error);
    }
  }

  /** @param {HeldRun} run */
  cancel(run) {
    const fault = new RunFault('CancelError', 'cancel', 'The run was cancelled');
    if (run.execution) run.execution.stop(fault);
    else this.#endEarly(run, fault);
  }

  /** Stops a run without a word. @param {HeldRun} run */
  abandon(run) {
    if (run.execution) run.execution.abandon();
    else this.#end(run);
  }

  /** The runs that no process has seen. */
  get unstarted() {
    return this.#waiting.map(({ run }) => run);
  }

  #pump() {
    while (this.#waiting.length > 0 && this.#active < this.#limit()) {
      const { run, command } = /** @type {(typeof this.#waiting)[0]} */ (this.#waiting.shift());
      void this.#execute(run, command);
    }
    clearTimeout(this.#overdue);
    if (this.#waiting.length > 0) this.#overdue = setTimeout(() => this.#pump(), OVERDUE_MS);
  }

  #limit() {
    const { capacity, prefetch } = this.#means.config;
    const waited = performance.now() - this.#waiting[0].run.receivedAt;
    return waited >= OVERDUE_MS ? capacity + prefetch : capacity;
  }

  /** @param {HeldRun} run @param {import('../child/runner.js').RunCommand} command */
  async #execute(run, command) {
    this.#active += 1;
    run.phase = 'executing';
    try {
      const slot = await this.#means.pool.acquire(tenantOf(run, command), command.memoryLimitMb);
      run.startedAt = performance.now();
      if (this.#isOver(run)) return this.#onSlotFree(run, slot, UNUSED);
      run.execution = new Execution(slot, command, this.#means.config, {
        onEvent: json => this.#results.onEvent(run, json),
        onEnd: (used, state) => this.#onSlotFree(run, used, state),
      });
      run.execution.start();
    } catch (error) {
      this.#active -= 1;
      this.#endEarly(run, new RunFault('ExecutionError', 'exception', /** @type {Error} */ (error).message));
    }
  }

  /** @param {HeldRun} run @param {import('../slots/slot.js').Slot} slot @param {{ heapMb: number, isClean: boolean }} [state] */
  #onSlotFree(run, slot, state) {
    this.#active -= 1;
    const duration = performance.now() - run.startedAt;
    this.#usualMs = this.#usualMs === Infinity ? duration : this.#usualMs * (1 - WEIGHT) + duration * WEIGHT;
    this.#means.pool.release(slot, state);
    this.#end(run);
    this.#pump();
  }

  /** @param {HeldRun} run @param {unknown} error */
  #endEarly(run, error) {
    if (this.#isOver(run)) return;
    for (const event of endedBeforeStart(error)) this.#results.onEvent(run, JSON.stringify(event));
    this.#end(run);
  }

  /** @param {HeldRun} run */
  #isOver(run) {
    return run.phase === 'ended';
  }

  /** @param {HeldRun} run */
  #end(run) {
    if (this.#isOver(run)) return;
    run.phase = 'ended';
    run.execution = undefined;
    run.push = undefined;
    this.#waiting = this.#waiting.filter(entry => entry.run !== run);
    this.#unfinished -= 1;
    this.#results.onEnded(run);
  }
}

/** Whom a process serves: a project, with the hosts it may call beyond the usual. @param {HeldRun} run @param {import('../child/runner.js').RunCommand} command */
function tenantOf(run, { egress }) {
  return [run.project, ...egress.allow].join('\n');
}
