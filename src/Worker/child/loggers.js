const RANKS = { debug: 0, info: 1, log: 1, success: 1, always: 3, warn: 2, error: 3, none: 3 };
const METHODS = /** @type {const} */ (['debug', 'info', 'log', 'success', 'always', 'warn', 'error']);
/** All loggers have it, so that of one run must not keep anything for the next. */
const nothing = Object.freeze(() => undefined);

/**
 * A logger as the runtime and job code expect it.
 * @param {string} source @param {string} level the least level that passes; `none` lets only errors pass
 * @param {(source: string, level: string, args: unknown[]) => void} write
 */
export function makeLogger(source, level, write) {
  const least = RANKS[/** @type {keyof typeof RANKS} */ (level)] ?? RANKS.debug;
  const timers = new Map();
  const logger = Object.fromEntries(METHODS.map(method => {
    const name = method === 'log' ? 'info' : method;
    const passes = RANKS[method] >= least && (level !== 'none' || method === 'error');
    return [method, passes ? (/** @type {unknown[]} */ ...args) => write(source, name, args) : nothing];
  }));
  return {
    ...logger,
    print: nothing,
    confirm: async () => true,
    break: nothing,
    proxy: (/** @type {{ level: string, message: unknown[] }} */ entry) => write(source, entry.level, [entry.message].flat()),
    timer: (/** @type {string} */ name) => measure(timers, name),
  };
}

/** The first call starts the watch, the second one reads it. @param {Map<string, number>} timers @param {string} name */
function measure(timers, name) {
  const start = timers.get(name);
  if (start === undefined) return void timers.set(name, Date.now());
  timers.delete(name);
  const duration = Date.now() - start;
  return duration < 1000 ? `${duration}ms` : `${(duration / 1000).toFixed(2)}s`;
}
