import { writeSync } from 'node:fs';
import { lineReader } from '../lines.js';

const REPORT_FD = 3;
const MAX_COMMAND_BYTES = 256 * 1024 * 1024;
const RETRY_MS = 1;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes to the main process and returns when the bytes are in the pipe: what a job said before it hung or died is not
 * lost, and a job that says too much is held up instead of filling memory.
 * @param {string} text whole lines
 */
export function write(text) {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(REPORT_FD, bytes, written);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') process.exit(0);
      Atomics.wait(pause, 0, 0, RETRY_MS);
    }
  }
}

/** A message that is not part of a run's report. @param {object} message */
export function tell(message) {
  write(`C${JSON.stringify(message)}\n`);
}

/**
 * Calls back for every command of the main process; ends this process when the main process is gone.
 * @param {(command: any) => void} onCommand
 */
export function listen(onCommand) {
  const read = lineReader(MAX_COMMAND_BYTES, line => onCommand(JSON.parse(line.toString())), () => process.exit(1));
  process.stdin.on('data', read);
  process.stdin.on('end', () => process.exit(0));
}
