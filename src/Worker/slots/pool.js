import { Slot } from './slot.js';

const SPAWN_RETRY_MS = 1_000;
/** Processes that may die one after the other before a run is told that it cannot have one. */
const MAX_STARTS = 3;

/**
 * Keeps child processes ready. A process serves one tenant, a project with the hosts it may call, only; spares that have served nobody yet stand by, so that
 * another project, or the end of a process, costs no start.
 * @typedef {import('./slot.js').SlotOptions & { capacity: number, spares: number, maxIdle: number,
 *             maxRunsPerChild: number }} PoolOptions
 */
export class Pool {
  #options;
  #log;
  /** @type {Slot[]} */ #spares = [];
  /** @type {Slot[]} the longest unused first */ #idle = [];
  /** @type {Set<Slot>} */ #all = new Set();
  #paused = false;
  #closed = false;
  /** @type {NodeJS.Timeout | undefined} */ #retry;

  /** @param {PoolOptions} options @param {import('../log.js').Log} log */
  constructor(options, log) {
    this.#options = options;
    this.#log = log;
    this.#refill();
  }

  /** Resolves when a first process has proved that it can start. */
  async ready() {
    await this.#spares[0]?.ready;
  }

  /**
   * A process that dies before it has served this run is no fault of the run: it gets another one.
   * @param {string} tenant @param {number} memoryLimitMb
   * @returns {Promise<Slot>}
   */
  async acquire(tenant, memoryLimitMb) {
    for (let start = 1; ; start += 1) {
      const slot = this.#take(tenant, memoryLimitMb);
      slot.tenant = tenant;
      const fault = await slot.ready.then(() => undefined, error => error);
      if (!fault && !slot.exit) return slot;
      if (start === MAX_STARTS || this.#closed) throw fault ?? new Error('the child process is gone');
    }
  }

  /**
   * Takes a process back. One that ended badly, or grew, or left something running, is replaced.
   * @param {Slot} slot @param {{ heapMb: number, isClean: boolean } | undefined} state what it said about itself
   */
  release(slot, state) {
    slot.detach();
    const isGood = !this.#closed && !slot.exit && state?.isClean && state.heapMb < this.#options.recycleHeapMb
      && slot.runs < this.#options.maxRunsPerChild && slot.memoryLimitMb === this.#options.memoryLimitMb;
    if (isGood) this.#idle.push(slot);
    else slot.kill();
    while (this.#idle.length > this.#options.maxIdle) this.#idle.shift()?.kill();
  }

  /** @param {boolean} paused */
  setPaused(paused) {
    this.#paused = paused;
    for (const slot of this.#all) slot.setPaused(paused);
  }

  async close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const slot of this.#all) slot.kill();
    await Promise.all([...this.#all].map(slot => slot.exited));
  }

  /** @param {string} tenant @param {number} memoryLimitMb */
  #take(tenant, memoryLimitMb) {
    if (memoryLimitMb !== this.#options.memoryLimitMb) return this.#start(memoryLimitMb);
    const index = this.#idle.findLastIndex(slot => slot.tenant === tenant);
    if (index >= 0) return this.#idle.splice(index, 1)[0];
    const spare = this.#spares.shift() ?? this.#start(memoryLimitMb);
    this.#refill();
    return spare;
  }

  #refill() {
    while (!this.#closed && this.#spares.length < this.#options.spares) {
      const slot = this.#start(this.#options.memoryLimitMb);
      this.#spares.push(slot);
      slot.ready.catch(error => this.#failed(slot, error));
    }
  }

  /** A process that cannot start is tried again, but not as fast as the machine can. @param {Slot} slot @param {Error} error */
  #failed(slot, error) {
    this.#spares = this.#spares.filter(other => other !== slot);
    if (this.#closed) return;
    this.#log.error('a child process did not start', { reason: error.message });
    this.#retry = setTimeout(() => this.#refill(), SPAWN_RETRY_MS);
  }

  /** @param {number} memoryLimitMb */
  #start(memoryLimitMb) {
    const slot = new Slot({ ...this.#options, memoryLimitMb });
    this.#all.add(slot);
    slot.setPaused(this.#paused);
    void slot.exited.then(() => this.#forget(slot));
    return slot;
  }

  /** @param {Slot} slot */
  #forget(slot) {
    this.#all.delete(slot);
    this.#idle = this.#idle.filter(other => other !== slot);
    const before = this.#spares.length;
    this.#spares = this.#spares.filter(other => other !== slot);
    if (this.#spares.length < before && !this.#retry?.hasRef()) this.#retry = setTimeout(() => this.#refill(), SPAWN_RETRY_MS);
  }
}
