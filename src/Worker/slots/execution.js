import { timestamp } from '../clock.js';
import { RunFault, errorOutcome } from '../plan/reasons.js';
import { watchMemory } from './memory.js';

const TYPES = new Set(['run:start', 'step:start', 'log', 'step:complete', 'run:complete']);
const EVENT_MARGIN = 20_000;

/**
 * A run in a child process, seen from outside: forwards its events, sets its limits, and closes what it leaves open.
 * @typedef {{ onEvent(json: string): void, onEnd(slot: import('./slot.js').Slot, state?: { heapMb: number, isClean: boolean }): void }} Sink
 */
export class Execution {
  #slot;
  #command;
  #sink;
  #maxEvents;
  #events = 0;
  /** @type {{ step_id: string, job_id: string, since: number } | undefined} */ #open;
  /** @type {NodeJS.Timeout | undefined} */ #timer;
  #unwatch = () => {};
  #completed = false;
  #ended = false;

  /**
   * @param {import('./slot.js').Slot} slot @param {import('../child/runner.js').RunCommand} command
   * @param {{ logLimitLines: number }} limits @param {Sink} sink
   */
  constructor(slot, command, limits, sink) {
    this.#slot = slot;
    this.#command = command;
    this.#sink = sink;
    this.#maxEvents = limits.logLimitLines + EVENT_MARGIN;
  }

  start() {
    const { timeoutMs } = this.#command;
    this.#timer = setTimeout(() => this.stop(timeoutFault(timeoutMs)), timeoutMs);
    this.#unwatch = watchMemory(this.#slot.pid, this.#slot.residentLimitMb, () => this.stop(memoryFault()));
    this.#slot.run(this.#command, {
      onEvent: (event, json) => this.#onEvent(event, json),
      onIdle: state => this.#onIdle(state),
      onExit: exit => this.#onExit(exit),
      onNonsense: () => this.stop(new RunFault('ExecutionError', 'crash', 'The process of this run broke its protocol')),
    });
  }

  /** Kills the process at once and reports the fault. @param {RunFault} fault */
  stop(fault) {
    if (this.#ended) return;
    this.#complete(fault);
    this.#end();
  }

  /** Kills the process; nobody wants to hear about it. */
  abandon() {
    this.#completed = true;
    this.#end();
  }

  /** @param {any} event @param {string} json */
  #onEvent(event, json) {
    if (this.#completed) return;
    this.#events += 1;
    if (!TYPES.has(event?.type) || this.#events > this.#maxEvents) {
      return this.stop(new RunFault('ExecutionError', 'crash', 'The process of this run reports what it may not'));
    }
    if (event.type === 'step:start') this.#open = { step_id: event.step_id, job_id: event.job_id, since: performance.now() };
    else if (event.type === 'step:complete') this.#open = undefined;
    else if (event.type === 'run:complete') this.#completed = true;
    this.#sink.onEvent(json);
  }

  /** @param {{ heapMb: number, isClean: boolean }} state */
  #onIdle(state) {
    if (!this.#completed) return this.stop(new RunFault('ExecutionError', 'crash', 'The process of this run ended it without a result'));
    this.#end(state);
  }

  /** @param {import('./slot.js').Exit} exit */
  #onExit(exit) {
    this.#complete(exitFault(exit));
    this.#end();
  }

  /** @param {RunFault} fault */
  #complete(fault) {
    if (this.#completed) return;
    this.#completed = true;
    const outcome = errorOutcome(fault);
    if (this.#open) {
      const { step_id, job_id, since } = this.#open;
      const duration = Math.round(performance.now() - since);
      this.#emit({ type: 'step:complete', step_id, job_id, ...outcome, duration, timestamp: timestamp() });
    }
    const message = [`Run complete with status: ${outcome.reason}\n${outcome.error_type}: ${outcome.error_message}`];
    this.#emit({ type: 'log', source: 'R/T', level: 'error', message, timestamp: timestamp() });
    this.#emit({ type: 'run:complete', ...outcome, timestamp: timestamp() });
  }

  /** @param {object} event */
  #emit(event) {
    this.#sink.onEvent(JSON.stringify(event));
  }

  /** @param {{ heapMb: number, isClean: boolean }} [state] absent when the process must not be used again */
  #end(state) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#sink.onEnd(this.#slot, state);
  }
}

/** @param {number} timeoutMs */
function timeoutFault(timeoutMs) {
  return new RunFault('TimeoutError', 'kill', `Workflow failed to return within ${timeoutMs}ms`);
}

function memoryFault() {
  return new RunFault('OOMError', 'kill', 'Run exceeded maximum memory usage');
}

/** A signal that nobody here sent is the kernel's or an operator's. @param {import('./slot.js').Exit} exit */
function exitFault({ code, outOfMemory }) {
  if (outOfMemory) return memoryFault();
  const message = code === null ? 'Process exited with code: null' : `Worker thread exited with code: ${code}`;
  return new RunFault('ExitError', 'crash', message);
}
