import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { COMMON, installAdaptors, repoDir, workerDir } from './repo.js';

/** The real program, started as a node starts it. */
export class WorkerProcess {
  #stderr = '';

  constructor(node, config = {}) {
    installAdaptors();
    this.process = spawn(process.execPath, [join(workerDir, 'worker.js')], { stdio: ['pipe', 'inherit', 'pipe'] });
    this.process.stderr.on('data', chunk => (this.#stderr += chunk));
    this.exited = once(this.process, 'exit').then(([code]) => code);
    const all = { url: node.url, secret: node.secret, name: 'test', capacity: 1, prefetch: 0, repoDir, preload: [COMMON], logLevel: 'debug', ...config };
    this.process.stdin.write(`${JSON.stringify(all)}\n`);
  }

  get log() {
    return this.#stderr;
  }

  /** The ids of the processes that execute jobs. */
  async children() {
    const ps = spawn('ps', ['--ppid', String(this.process.pid), '-o', 'pid=']);
    const text = await ps.stdout.toArray();
    return Buffer.concat(text).toString().split('\n').map(Number).filter(pid => pid > 0 && pid !== ps.pid);
  }

  terminate() {
    this.process.kill('SIGTERM');
    return this.exited;
  }

  async stop() {
    this.process.stdin.end();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
    await this.exited;
    clearTimeout(timer);
  }
}

/** A run of one job, or of the jobs given. */
export function makeRun(body, more = {}) {
  const id = randomUUID();
  const jobs = Array.isArray(body) ? body : [{ id: 'j1', name: 'Job', body, adaptor: COMMON }];
  const plan = { id, project_id: 'project', jobs, triggers: [], edges: [], options: {}, ...more.plan };
  return { run_id: id, ...more, plan };
}
