import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** @param {string} line */
export function say(line) {
  process.stdout.write(line + '\n');
}

/**
 * A program that runs beside this one. It leads a session of its own: Ctrl-C in the terminal reaches only us, and we say
 * who stops when.
 */
export class Program {
  /**
   * @param {string} name in front of every line it prints
   * @param {string} command
   * @param {string[]} args
   * @param {import('node:child_process').SpawnOptions} options
   * @param {(line: string) => boolean} [isOurs] whether a line is not for the reader
   */
  constructor(name, command, args, options, isOurs = () => false) {
    this.name = name;
    this.process = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Promise<number>} the exit code, or 128 of a program that a signal ended */
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('close', code => {
        this.hasEnded = true;
        resolve(code ?? 128);
      });
    });
    this.ended.catch(() => (this.hasEnded = true));
    this.hasEnded = false;
    for (const stream of [this.process.stdout, this.process.stderr]) {
      createInterface({ input: stream }).on('line', line => isOurs(line) || say(`${name} | ${line}`));
    }
  }

  /** @param {NodeJS.Signals} signal */
  async stop(signal) {
    if (!this.hasEnded) this.process.kill(signal);
    await this.ended.catch(() => {});
  }
}
