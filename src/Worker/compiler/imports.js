import { WELL_KNOWN_GLOBALS } from './well-known-globals.js';

/** @typedef {{ name: string, exports?: string[], exportAll?: boolean }} Adaptor */

/**
 * The import statements that adaptors contribute. A name comes from the first adaptor known to export it; an adaptor
 * whose exports are unknown is asked for what nobody else has.
 * @param {Adaptor[]} adaptors
 * @param {Iterable<string>} freeIdentifiers
 * @param {Iterable<string>} ignore
 * @returns {string}
 */
export function writeAdaptorImports(adaptors, freeIdentifiers, ignore) {
  const wanted = new Set(freeIdentifiers);
  for (const name of ignore) wanted.delete(name);

  const byAdaptor = new Map();
  const known = adaptors.filter(hasExports);
  const unknown = adaptors.filter(adaptor => !hasExports(adaptor));
  for (const adaptor of known) byAdaptor.set(adaptor, claim(wanted, adaptor.exports));
  for (const adaptor of unknown) byAdaptor.set(adaptor, claim(wanted, [...wanted].filter(mayBeExported)));

  return adaptors.map(adaptor => writeImport(adaptor, byAdaptor.get(adaptor))).join('');
}

function hasExports(adaptor) {
  return adaptor.exports?.length > 0;
}

function mayBeExported(name) {
  return !WELL_KNOWN_GLOBALS.has(name);
}

/** `delete` says whether the name was still there to be taken. */
function claim(wanted, names) {
  return names.filter(name => wanted.delete(name));
}

function writeImport({ name, exportAll }, used) {
  if (used.length === 0) return '';
  const specifier = JSON.stringify(name);
  const reexport = exportAll ? `export * from ${specifier};\n` : '';
  return `import { ${used.join(', ')} } from ${specifier};\n${reexport}`;
}

/**
 * @param {string} local the name by which the compiled code calls the helper
 * @returns {string}
 */
export function writeDeferImport(local) {
  return `import { defer as ${local} } from "@openfn/runtime";`;
}
