import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { parse as parseModule } from 'acorn';
import { exportedNames } from './exported-names.js';
import { declaredExports } from './type-declarations.js';

/**
 * The names that an installed adaptor exports, less `default`, read from its files without running them. The answer
 * only changes with the version of the adaptor, so callers keep it by version.
 * @param {string} folder the folder with the adaptor's package.json
 * @returns {string[] | undefined} undefined when they cannot be told
 */
export function adaptorExports(folder) {
  const root = attempt(() => realpathSync(folder));
  const manifest = root && attempt(() => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  if (!manifest) return undefined;

  const names = attempt(() => moduleExports(root, manifest)) ?? attempt(() => declaredExports(root, manifest));
  return names && [...names].filter(name => name !== 'default');
}

/** Whatever is wrong with a foreign package, it only means that this way of asking gives no answer. */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The names of the entry that will be linked, or undefined if it is not an ECMAScript module. */
function moduleExports(root, manifest) {
  const names = new Set();
  const seen = new Set();
  const pending = [resolve(root, entryOf(manifest))];
  while (pending.length > 0) {
    const file = realpathSync(pending.pop());
    if (seen.has(file) || !file.startsWith(root + sep)) continue;
    seen.add(file);
    const found = readModule(file);
    for (const name of found.names) if (seen.size === 1 || name !== 'default') names.add(name);
    for (const star of found.stars) if (star.startsWith('.')) pending.push(resolve(dirname(file), star));
  }
  return names.size > 0 ? names : undefined;
}

function readModule(file) {
  const text = readFileSync(file, 'utf8');
  return exportedNames(parseModule(text, { ecmaVersion: 'latest', sourceType: 'module' }));
}

/** The same choice as the runtime's linker makes. */
function entryOf({ exports, main }) {
  if (typeof exports === 'string') return exports;
  const entry = exports?.['.'];
  if (typeof entry === 'string') return entry;
  return entry?.import ?? main ?? 'index.js';
}
