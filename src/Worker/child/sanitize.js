import stringify from 'fast-safe-stringify';

const HIDDEN = '****';
const UNPRINTABLE = '["[unable to print]"]';

/**
 * The arguments of a log call as JSON text, or undefined when there is nothing to log.
 * @param {unknown[]} args @param {string} [policy] none, obfuscate, summarize or remove
 */
export function logText(args, policy = 'none') {
  if (args.length === 0) return undefined;
  try {
    const message = args.map(arg => printable(arg, policy)).filter(arg => arg !== undefined);
    if (message.length === 0) return undefined;
    return text(message);
  } catch {
    return UNPRINTABLE;
  }
}

/** @param {unknown[]} message */
function text(message) {
  try {
    return JSON.stringify(message, bigintAsText);
  } catch {
    return stringify(message, bigintAsText);
  }
}

/** @param {string} _key @param {unknown} value */
function bigintAsText(_key, value) {
  return typeof value === 'bigint' ? String(value) : value;
}

/** @param {any} value @param {string} policy */
function printable(value, policy) {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') return value;
  if (Object.prototype.toString.call(value) === '[object Error]') return { name: value.name, message: value.message };
  if (policy === 'remove') return undefined;
  if (policy === 'obfuscate') return Array.isArray(value) ? '[array]' : '[object]';
  if (policy === 'summarize') return Array.isArray(value) ? `(array: ${value.length})` : `(object: ${Object.keys(value).join(', ')})`;
  return value.configuration ? { ...value, configuration: hidden(value.configuration) } : value;
}

/** @param {any} configuration */
function hidden(configuration) {
  if (typeof configuration !== 'object') return HIDDEN;
  return Object.fromEntries(Object.keys(configuration).map(key => [key, HIDDEN]));
}
