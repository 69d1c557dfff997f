import { Report } from './report.js';

/**
 * A run this worker has and has not finished reporting.
 */
export class HeldRun {
  /** @param {any} push the payload of the node's `run` */
  constructor(push) {
    this.id = /** @type {string} */ (push.run_id);
    this.attempt = /** @type {number} */ (push.attempt);
    this.push = push;
    this.report = new Report();
    this.receivedAt = performance.now();
    this.startedAt = 0;
    /** @type {'waiting' | 'preparing' | 'returning' | 'executing' | 'ended'} */ this.phase = 'waiting';
    /** @type {import('../slots/execution.js').Execution | undefined} */ this.execution = undefined;
    /** @type {NodeJS.Timeout | undefined} */ this.flushTimer = undefined;
    this.isSending = false;
    this.isForgotten = false;
  }

  /** Processes are shared within a project. A run that names none shares with nobody. */
  get project() {
    const { plan } = this.push;
    return plan.project_id ?? plan.meta?.project_id ?? this.id;
  }
}

/** What is wrong with a `run` push, or undefined. @param {any} push */
export function faultOf(push) {
  if (typeof push?.run_id !== 'string') return 'no run_id';
  if (!Number.isInteger(push.attempt)) return 'no attempt';
  if (typeof push.plan !== 'object' || push.plan === null) return 'no plan';
  if (!Array.isArray(push.plan.jobs)) return 'no jobs';
  return undefined;
}
