import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program } from './program.js';
import { shareSettings } from './shares.js';

const READY_MS = 120_000;
const LOOK_MS = 200;
const TOKEN = /Setup token, shown this once: (\S+)/;

/** One node's process. */
export class ClusterNode {
  /**
   * @param {string} name
   * @param {number} port
   * @param {{ dll: string, host?: string, config?: string, adaptors: string, folder: string, postgres: import('./postgres.js').Postgres }} site
   * @param {ReturnType<typeof import('./guard.js').startGuard>} guard
   */
  static start(name, port, site, guard) {
    const node = new ClusterNode(name, port, site);
    if (node.program.process.pid) guard.watch('node', node.program.process.pid);
    return node;
  }

  constructor(name, port, site) {
    this.name = name;
    this.address = `http://${site.host ?? '127.0.0.1'}:${port}`;
    /** @type {string | undefined} with which the first super user is made, if this node made it */
    this.token = undefined;
    const args = [site.dll, ...(site.config ? ['--config', site.config] : [])];
    this.program = new Program(name, 'dotnet', args, { env: environment(name, port, site) }, line => this.#isToken(line));
    this.ended = this.program.ended;
  }

  /** Waits until it takes requests. */
  async ready() {
    const until = Date.now() + READY_MS;
    while (!(await this.#isReady())) {
      if (this.program.hasEnded) throw new Error(`${this.name} ended with code ${await this.ended} instead of starting`);
      if (Date.now() > until) throw new Error(`${this.name} was not ready within ${READY_MS / 1000} s`);
      await sleep(LOOK_MS);
    }
  }

  stop() {
    return this.program.stop('SIGTERM');
  }

  kill() {
    if (!this.program.hasEnded) this.program.process.kill('SIGKILL');
  }

  async #isReady() {
    try {
      return (await fetch(`${this.address}/health/ready`, { signal: AbortSignal.timeout(5_000) })).ok;
    } catch {
      return false;
    }
  }

  /** @param {string} line */
  #isToken(line) {
    const found = TOKEN.exec(line);
    this.token ??= found?.[1];
    return found !== null;
  }
}

function environment(name, port, { host, adaptors, folder, postgres }) {
  return {
    ...process.env,
    CLUSTER_KEY_SHARE: '',
    CLUSTER__DATA_DIR: join(folder, name),
    ...shareSettings(folder),
    CLUSTER__HTTP__PORT: String(port),
    ...(host ? { CLUSTER__HTTP__HOST: host } : {}),
    CLUSTER__STORE__TYPE: 'postgres',
    CLUSTER__STORE__CONNECTION: postgres.connection,
    CLUSTER__STORE__PASSWORD_FILE: postgres.passwordFile,
    CLUSTER__MEMBER__NAME: name,
    CLUSTER__MEMBER__PORT: '0',
    CLUSTER__WORKER__REPO_DIR: process.env.CLUSTER__WORKER__REPO_DIR ?? resolve(adaptors),
  };
}
