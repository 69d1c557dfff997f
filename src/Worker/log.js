/**
 * @typedef {Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: Record<string, unknown>) => void>} Log
 */

const LEVELS = /** @type {const} */ (['debug', 'info', 'warn', 'error']);

/**
 * One JSON object per line. Never hand it a configuration, plan, state or credential.
 * @param {string} least @param {(line: string) => void} [write]
 * @returns {Log}
 */
export function makeLog(least, write = line => process.stderr.write(line)) {
  const from = LEVELS.indexOf(/** @type {any} */ (least));
  const entries = LEVELS.map((level, rank) => [level, (/** @type {string} */ message, /** @type {object} */ fields = {}) => {
    if (rank >= from) write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
  }]);
  return Object.fromEntries(entries);
}
