import { setTimeout as sleep } from 'node:timers/promises';
import { realpathSync, mkdirSync } from 'node:fs';
import { AdaptorInstaller } from '../adaptors/installer.js';
import { nameOf } from '../adaptors/specifier.js';
import { Pool } from '../slots/pool.js';
import { PhoenixSocket } from '../socket/socket.js';
import { Dispatcher } from './dispatcher.js';
import { HeldRun, faultOf } from './held-run.js';
import { Link } from './link.js';
import { Reporter } from './reporter.js';
import { versions } from '../versions.js';

const MB = 1024 * 1024;
const DRAIN_POLL_MS = 20;
/** What leaves open whether the node did what it was asked for. */
const UNKNOWN = new Set(['closed', 'timeout']);

/**
 * Everything the main process is made of: a link to the node, processes that execute runs, and the runs it holds.
 */
export class Worker {
  #config;
  #log;
  /** @type {Map<string, HeldRun>} */ #held = new Map();
  #pool;
  #dispatcher;
  #reporter;
  #socket;
  #link;
  #isDraining = false;
  /** @type {import('./dispatcher.js').Entry[]} */ #unreturned = [];

  /** @param {import('../config.js').Config} config @param {import('../log.js').Log} log */
  static async start(config, log) {
    mkdirSync(config.repoDir, { recursive: true });
    const located = { ...config, repoDir: realpathSync(config.repoDir) };
    const installer = makeInstaller(located);
    const preloaded = await preload(located, installer, log);
    const worker = new Worker(located, installer, preloaded, log);
    await worker.#pool.ready();
    worker.#socket.connect();
    return worker;
  }

  /**
   * @param {import('../config.js').Config} config @param {AdaptorInstaller} installer
   * @param {Record<string, { path: string, version: string }>} preloaded @param {import('../log.js').Log} log
   */
  constructor(config, installer, preloaded, log) {
    this.#config = config;
    this.#log = log;
    this.#pool = new Pool(poolOptions(config, preloaded), log);
    this.#reporter = new Reporter({
      send: (event, payload) => this.#link.send(event, payload),
      onReported: run => this.#forget(run),
      onRefused: run => this.#drop(run),
      onPressure: isHigh => this.#onPressure(isHigh),
    }, config.maxUnacknowledgedMb * MB, log);
    this.#dispatcher = new Dispatcher({ config, pool: this.#pool, installer }, {
      onEvent: (run, json) => this.#reporter.add(run, json),
      onEnded: run => this.#onEnded(run),
      onOverdue: () => void this.#giveBack(),
    });
    this.#socket = new PhoenixSocket({ ...config, version: versions().worker }, log);
    this.#link = new Link(this.#socket, {
      capacity: config.capacity,
      held: () => [...this.#held.values()].map(run => ({ run_id: run.id, attempt: run.attempt })),
      onJoined: dropped => this.#onJoined(dropped),
      onLost: () => this.#reporter.offline(),
      onRun: push => this.#onRun(push),
      onCancel: push => this.#onCancel(push),
    }, log);
  }

  /** Lets runs in flight end, for a while, and then goes. */
  async drain() {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#log.info('draining', { held: this.#held.size });
    await this.#giveBack();
    const deadline = Date.now() + this.#config.drainMs;
    while (this.#held.size > 0 && Date.now() < deadline) await sleep(DRAIN_POLL_MS);
    await this.stop();
  }

  /** Goes at once. */
  async stop() {
    this.#isDraining = true;
    this.#socket.close();
    await this.#pool.close();
  }

  /** Runs that no process has seen go back to the node. Whether it took them, if it did not say, it says when it is joined again. */
  async #giveBack() {
    const taken = this.#dispatcher.takeWaiting();
    try {
      await this.#link.giveBack(taken.map(({ run }) => ({ run_id: run.id, attempt: run.attempt })));
      for (const { run } of taken) if (run.phase === 'returning') this.#drop(run);
    } catch (error) {
      const { code, message } = /** @type {import('../socket/socket.js').ReplyError} */ (error);
      this.#log.debug('the node did not take runs back', { reason: message });
      if (!UNKNOWN.has(code)) return this.#dispatcher.putBack(taken);
      this.#unreturned.push(...taken);
      this.#socket.reset();
    }
  }

  /** @param {string[]} dropped */
  #onJoined(dropped) {
    for (const id of dropped) {
      const run = this.#held.get(id);
      if (run) this.#drop(run);
    }
    this.#dispatcher.putBack(this.#unreturned.splice(0));
    this.#reporter.online(this.#held.values());
    this.#ask();
  }

  /** @param {any} push */
  #onRun(push) {
    const fault = faultOf(push);
    if (fault) return this.#log.error('the node sent a run that is none', { reason: fault });
    const known = this.#held.get(push.run_id);
    if (known && known.attempt >= push.attempt) return this.#log.warn('a run came twice', { run_id: push.run_id });
    if (known) this.#drop(known);
    const run = new HeldRun(push);
    this.#held.set(run.id, run);
    void this.#dispatcher.add(run);
  }

  /** @param {any} push */
  #onCancel(push) {
    const run = this.#held.get(push?.run_id);
    if (run && run.attempt === push.attempt && run.phase !== 'ended') this.#dispatcher.cancel(run);
  }

  /** @param {HeldRun} run */
  #onEnded(run) {
    this.#reporter.complete(run);
    this.#ask();
  }

  /** @param {HeldRun} run */
  #drop(run) {
    this.#reporter.forget(run);
    this.#forget(run);
    this.#dispatcher.abandon(run);
  }

  /** @param {HeldRun} run */
  #forget(run) {
    if (this.#held.get(run.id) === run) this.#held.delete(run.id);
  }

  /** @param {boolean} isHigh */
  #onPressure(isHigh) {
    this.#log.warn(isHigh ? 'too much is unacknowledged, processes wait' : 'processes go on');
    this.#pool.setPaused(isHigh);
    this.#ask();
  }

  #ask() {
    if (!this.#isDraining && !this.#reporter.isHigh) this.#link.demand(this.#dispatcher.room);
  }
}

/** @param {import('../config.js').Config} config */
function makeInstaller({ repoDir, adaptors, installTimeoutMs }) {
  return new AdaptorInstaller({ repoDir, ...adaptors, installTimeoutMs });
}

/**
 * Installs the adaptors that every process loads. A worker goes without one that cannot be had.
 * @param {import('../config.js').Config} config @param {AdaptorInstaller} installer @param {import('../log.js').Log} log
 */
async function preload(config, installer, log) {
  /** @type {Record<string, { path: string, version: string }>} */ const found = {};
  for (const specifier of config.preload) {
    try {
      found[specifier] = { path: await installer.ensure(specifier), version: specifier.slice(nameOf(specifier).length + 1) };
    } catch (error) {
      log.error('an adaptor is not preloaded', { specifier, reason: /** @type {Error} */ (error).message });
    }
  }
  return found;
}

/** @param {import('../config.js').Config} config @param {Record<string, { path: string, version: string }>} adaptors */
export function poolOptions(config, adaptors) {
  const { payloadLimitMb, logPayloadLimitMb, logLimitLines, logLimitMb, runtimeLogLevel, recycleHeapMb, egress } = config;
  return {
    ...config,
    // Authorities that the operator trusts beside the usual ones: a path, and nothing secret.
    childEnv: { ...(process.env.NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }), ...config.childEnv },
    adaptors,
    maxIdle: config.maxIdleChildren,
    settings: { payloadLimitMb, logPayloadLimitMb, logLimitLines, logLimitMb, runtimeLogLevel, recycleHeapMb, egress, versions: versions() },
  };
}
