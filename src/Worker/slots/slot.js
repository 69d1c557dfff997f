import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lineReader } from '../lines.js';

const WORKER_DIR = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
/** What a child loads, and no more: a configuration that lies beside the code stays closed to jobs. */
const READABLE = ['child.js', 'clock.js', 'lines.js', 'package.json', 'adaptors/*', 'child/*', 'egress/*', 'compiler/*', 'plan/*', 'node_modules/*'];
const SETPRIV = '/usr/bin/setpriv';
const SHELL = '/bin/sh';
/** A dump of memory would hold credentials in clear. */
const WITHOUT_DUMPS = [SHELL, '-c', 'ulimit -c 0; unset PWD OLDPWD SHLVL; exec "$@"', SHELL];
const PERMISSION_FLAG = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
/** Newer versions of Node.js ask for leave to use the network at all; which part of it is for `egress/` to say. */
const NETWORK_FLAGS = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
/** Code, stacks, buffers, the margins of the heap itself. */
const NATIVE_MARGIN_MB = 256;
const EVENT = 'E'.charCodeAt(0);
const STDERR_KEPT = 8_192;
/** What a report may hold beside its payload. */
const LINE_OVERHEAD = 2 * 1024 * 1024;
const HEAP_EXHAUSTED = /heap out of memory|allocation failed/i;

/**
 * A child process that executes one run at a time.
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null, outOfMemory: boolean }} Exit
 * @typedef {{ onEvent(event: any, json: string): void, onIdle(state: { heapMb: number, isClean: boolean }): void,
 *             onExit(exit: Exit): void, onNonsense(): void }} Listener
 * @typedef {{ repoDir: string, memoryLimitMb: number, recycleHeapMb: number, childEnv: Record<string, string>, settings: any,
 *             adaptors: Record<string, { path: string, version: string }> }} SlotOptions
 */
export class Slot {
  #process;
  #stderr = '';
  #paused = false;
  /** @type {Listener | undefined} */ #listener;
  /** @type {Exit | undefined} */ exit;
  /** @type {string | undefined} the only one this process may serve from now on */ tenant;
  memoryLimitMb;
  /** what the whole process may use: the run, what earlier runs left behind, and what is not heap */ residentLimitMb;
  runs = 0;
  /** @type {Promise<void>} resolves when runs can be sent; rejects when the process died before */ ready;
  /** @type {Promise<void>} */ exited;

  /** @param {SlotOptions} options */
  constructor(options) {
    this.memoryLimitMb = options.memoryLimitMb;
    this.residentLimitMb = options.memoryLimitMb + options.recycleHeapMb + NATIVE_MARGIN_MB;
    this.#process = start(options);
    this.exited = new Promise(resolve => this.#process.once('close', (code, signal) => resolve(this.#onClose(code, signal))));
    this.ready = new Promise((resolve, reject) => {
      this.#readReports(options.settings, resolve);
      this.#process.once('error', reject);
      void this.exited.then(() => reject(new Error(`the child process did not start: ${this.#stderr.slice(-500)}`)));
    });
    this.ready.catch(() => undefined);
    this.#readOutput();
    this.#send({ type: 'warm', settings: options.settings, adaptors: options.adaptors });
  }

  get pid() {
    return this.#process.pid;
  }

  /** @param {object} command @param {Listener} listener */
  run(command, listener) {
    this.runs += 1;
    this.#listener = listener;
    if (this.exit) listener.onExit(this.exit);
    else this.#send({ ...command, type: 'run' });
  }

  /** From here on what the process says is nobody's business. */
  detach() {
    this.#listener = undefined;
  }

  kill() {
    this.detach();
    this.#process.kill('SIGKILL');
  }

  /** Kills the process and lets the listener hear of its end. */
  terminate() {
    this.#process.kill('SIGKILL');
  }

  /** Stops reading: the pipe fills, and the child waits. @param {boolean} paused */
  setPaused(paused) {
    if (paused === this.#paused) return;
    this.#paused = paused;
    const reports = this.#reports();
    if (paused) reports.pause();
    else reports.resume();
  }

  /** @param {object} command */
  #send(command) {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  #reports() {
    return /** @type {import('node:stream').Readable} */ (this.#process.stdio[3]);
  }

  /** @param {{ payloadLimitMb: number }} settings @param {() => void} onReady */
  #readReports(settings, onReady) {
    const limit = settings.payloadLimitMb * 1024 * 1024 + LINE_OVERHEAD;
    const read = lineReader(limit, line => this.#onLine(line, onReady), () => this.#onNonsense());
    this.#reports().on('data', read);
    for (const stream of this.#process.stdio) stream?.on('error', () => undefined);
  }

  /** @param {Buffer} line @param {() => void} onReady */
  #onLine(line, onReady) {
    try {
      const json = line.toString('utf8', 1);
      const message = JSON.parse(json);
      if (line[0] === EVENT && this.#listener) this.#listener.onEvent(message, json);
      else if (message.type === 'ready') onReady();
      else if (message.type === 'idle' && this.#listener) this.#listener.onIdle(message);
      else this.#onNonsense();
    } catch {
      this.#onNonsense();
    }
  }

  /** A process that says what it may not, even while it has no run, is not its own master any more. */
  #onNonsense() {
    if (this.#listener) this.#listener.onNonsense();
    else this.kill();
  }

  /** Output beside the reports is read, so that nobody blocks, and not kept, because it may hold anything. */
  #readOutput() {
    this.#process.stdout?.resume();
    this.#process.stderr?.on('data', chunk => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
  }

  /** @param {number | null} code @param {NodeJS.Signals | null} signal */
  #onClose(code, signal) {
    this.exit = { code, signal, outOfMemory: HEAP_EXHAUSTED.test(this.#stderr) };
    this.#listener?.onExit(this.exit);
  }
}

/** @param {SlotOptions} options */
function start({ repoDir, memoryLimitMb, recycleHeapMb, childEnv }) {
  const node = [
    process.execPath,
    '--experimental-vm-modules',
    '--no-warnings',
    '--disallow-code-generation-from-strings',
    '--zero-fill-buffers',
    // Else all modules with the same source are one chain in a cache that serves no module, to be searched for each.
    '--no-compilation-cache',
    `--max-old-space-size=${memoryLimitMb + recycleHeapMb}`,
    PERMISSION_FLAG,
    ...NETWORK_FLAGS,
    ...READABLE.map(path => `--allow-fs-read=${WORKER_DIR}/${path}`),
    `--allow-fs-read=${repoDir}/*`,
    `${WORKER_DIR}/child.js`,
  ];
  // A job in an endless loop does not notice that its worker died, but the kernel does.
  const bound = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--no-new-privs', ...node] : node;
  const command = existsSync(SHELL) ? [...WITHOUT_DUMPS, ...bound] : bound;
  return spawn(command[0], command.slice(1), { env: childEnv, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], cwd: repoDir });
}
