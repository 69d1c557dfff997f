const NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const MAX_LENGTH = 214;

/**
 * @typedef {{ name: string, version: string, text: string }} Specifier an adaptor at an exact version
 */

/**
 * Splits `name@version`. Nothing else may reach npm: no range, tag, path, address or shell character.
 * @param {unknown} text
 * @returns {Specifier}
 */
export function parseSpecifier(text) {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) throw new Error('not an adaptor specifier');
  const at = text.lastIndexOf('@');
  const name = at > 0 ? text.slice(0, at) : text;
  const version = at > 0 ? text.slice(at + 1) : '';
  if (!NAME.test(name) || name.includes('..')) throw new Error(`not a package name: ${JSON.stringify(name)}`);
  if (!EXACT_VERSION.test(version)) throw new Error(`an exact version is needed, not ${JSON.stringify(version)}`);
  return { name, version, text };
}

/** The name of a specifier, whatever its version looks like. @param {string} text */
export function nameOf(text) {
  const at = text.lastIndexOf('@');
  return at > 0 ? text.slice(0, at) : text;
}

/**
 * @param {string[]} patterns names in which `*` stands for any run of characters without a slash
 * @returns {(name: string) => boolean}
 */
export function allowList(patterns) {
  const expressions = patterns.map(pattern =>
    new RegExp(`^${pattern.split('*').map(escapeRegExp).join('[^/]*')}$`));
  return name => expressions.some(expression => expression.test(name));
}

/** @param {string} text */
function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
