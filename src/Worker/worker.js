import { spawnSync } from 'node:child_process';
import { parseConfig, readConfigFile } from './config.js';
import { lineReader } from './lines.js';
import { makeLog } from './log.js';
import { Worker } from './runs/worker.js';

const MAX_CONFIG_BYTES = 1024 * 1024;

try {
  await main();
} catch (error) {
  makeLog('error').error('the worker does not start', { reason: /** @type {Error} */ (error).message });
  process.exit(1);
}

async function main() {
  closeBackDoors();
  const file = process.env.WORKER_CONFIG_FILE;
  const config = file ? readConfigFile(file) : parseConfig(await firstLineOfStdin());
  const log = makeLog(config.logLevel);
  const worker = await Worker.start(config, log);
  if (!file && !config.standalone) onParentGone(() => void worker.stop().then(() => process.exit(0)));
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => void worker.drain().then(() => process.exit(0)));
  }
  log.info('started', { name: config.name, capacity: config.capacity, pid: process.pid });
}

/** Credentials pass through this process: nobody attaches a debugger to it by a signal, and no dump is made of it. */
function closeBackDoors() {
  process.on('SIGUSR1', () => undefined);
  spawnSync('prlimit', ['--core=0:0', `--pid=${process.pid}`]);
}

/** @returns {Promise<string>} */
function firstLineOfStdin() {
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new Error('configuration: too long'));
    process.stdin.on('data', lineReader(MAX_CONFIG_BYTES, line => resolve(line.toString()), tooLong));
    process.stdin.once('end', () => reject(new Error('configuration: stdin ended before a whole line')));
  });
}

/** Whoever started this process holds the other end of stdin until it dies. @param {() => void} callback */
function onParentGone(callback) {
  if (process.stdin.readableEnded) callback();
  else process.stdin.once('end', callback);
}
