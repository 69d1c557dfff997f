import { Execution } from '../slots/execution.js';
import { RunFault } from '../plan/reasons.js';
import { endedBeforeStart, prepare } from './prepare.js';

/** How long a run that was taken in advance usually waits, at most. */
const ADVANCE_MS = 250;
/** When a run that was taken in advance has waited so long, it and those behind it are to go back. */
const OVERDUE_MS = 1_000;
const WEIGHT = 0.2;
const UNUSED = { heapMb: 0, isClean: true };

/**
 * Gives runs to processes, first come first served.
 * @typedef {import('./held-run.js').HeldRun} HeldRun
 * @typedef {{ config: import('../config.js').Config, pool: import('../slots/pool.js').Pool,
 *             installer: import('../adaptors/installer.js').AdaptorInstaller }} Means
 * @typedef {{ onEvent(run: HeldRun, json: string): void, onEnded(run: HeldRun): void, onOverdue(): void }} Results
 * @typedef {{ run: HeldRun, command: import('../child/runner.js').RunCommand }} Entry
 */
export class Dispatcher {
  #means;
  #results;
  /** @type {Entry[]} */ #waiting = [];
  #unfinished = 0;
  #active = 0;
  #usualMs = Infinity;
  /** @type {NodeJS.Timeout | undefined} */ #overdue;

  /** @param {Means} means @param {Results} results */
  constructor(means, results) {
    this.#means = means;
    this.#results = results;
  }

  /**
   * How many more runs it would take. While half of those that it may take in advance wait it takes none: the node then hears of
   * several at once, and claims them together.
   */
  get room() {
    const { capacity, prefetch } = this.#means.config;
    const advance = Math.min(prefetch, Math.floor(capacity * ADVANCE_MS / this.#usualMs));
    const room = capacity + advance - this.#unfinished;
    return room * 2 >= advance ? room : 0;
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

  /** Takes out the runs that no process has seen: none of them starts until it is put back. */
  takeWaiting() {
    const taken = this.#waiting;
    this.#waiting = [];
    for (const { run } of taken) run.phase = 'returning';
    return taken;
  }

  /** What was taken out has to be executed here after all. @param {Entry[]} taken */
  putBack(taken) {
    const still = taken.filter(({ run }) => run.phase === 'returning');
    for (const { run } of still) Object.assign(run, { phase: 'waiting', receivedAt: performance.now() });
    this.#waiting.unshift(...still);
    this.#pump();
  }

  #pump() {
    while (this.#waiting.length > 0 && this.#active < this.#means.config.capacity) {
      const { run, command } = /** @type {Entry} */ (this.#waiting.shift());
      void this.#execute(run, command);
    }
    clearTimeout(this.#overdue);
    if (this.#waiting.length > 0) this.#watch(performance.now() - this.#waiting[0].run.receivedAt);
  }

  /** Short runs were expected and long ones came: nothing is taken in advance until one has ended. @param {number} waited */
  #watch(waited) {
    if (waited < OVERDUE_MS) {
      this.#overdue = setTimeout(() => this.#pump(), OVERDUE_MS - waited);
      return;
    }
    this.#usualMs = Infinity;
    this.#results.onOverdue();
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
