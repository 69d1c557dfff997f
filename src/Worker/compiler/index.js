import { CompileError } from './compile-error.js';
import { findDefaultExport } from './default-export.js';
import { findFreeIdentifiers } from './free-identifiers.js';
import { chooseHelperNames } from './helper-names.js';
import { writeAdaptorImports } from './imports.js';
import { findLazyState } from './lazy-state.js';
import { findOperations } from './operations.js';
import { parse } from './parse.js';
import { isPlain } from './plain.js';
import { print } from './print.js';
import { findPromiseChains } from './promise-chains.js';
import { collectScopes } from './scopes.js';
import { writeMap } from './source-map.js';

export { adaptorExports } from './adaptor-exports.js';
export { CompileError } from './compile-error.js';
export { globalsExports } from './globals-exports.js';

const MAX_SOURCE_BYTES = 1024 * 1024;

/**
 * Turns the text of a job into a module that the runtime can load.
 * @param {string} source
 * @param {object} options
 * @param {string} options.name the step's name, or its id: the runtime looks up the map by it
 * @param {import('./imports.js').Adaptor[]} [options.adaptors] in the order of preference, without versions
 * @param {string[]} [options.ignore] names that are never imported
 * @param {number} [options.maxSourceBytes]
 * @returns {{ code: string, map: ReturnType<typeof writeMap>, isPlain: boolean }} see `isPlain` of plain.js
 * @throws {CompileError} for everything that is refused
 */
export function compile(source, { name, adaptors = [], ignore = [], maxSourceBytes = MAX_SOURCE_BYTES }) {
  refuseOversize(source, maxSourceBytes);
  const parsed = parse(source);
  const plan = planEdits(parsed, adaptors, ignore);
  const edits = print(parsed, plan);
  const code = edits.toString();
  return { code, map: writeMap(edits, code, name, parsed, plan.operations.index), isPlain: plan.isPlain };
}

/** Everything the stages find, in their order; the text is only touched by `print`. */
function planEdits(source, adaptors, ignore) {
  const { program } = source;
  const scopes = collectScopes(program);
  const lazyState = findLazyState(source, scopes);
  const chains = findPromiseChains(source, lazyState.wraps);
  const defaultExport = findDefaultExport(program);
  const operations = findOperations(source, defaultExport, { chains, wraps: lazyState.wraps });

  const free = findFreeIdentifiers(program, scopes, lazyState);
  const helperNames = chooseHelperNames(program, scopes.get(program), free);
  if (chains.length > 0) free.delete(helperNames.defer);
  const adaptorImports = writeAdaptorImports(adaptors, free, ignore);
  const given = new Set(adaptors.flatMap(({ exports = [] }) => exports));
  const plain = isPlain(program, scopes, lazyState.references, given);
  return { lazyState, chains, helperNames, defaultExport, operations, adaptorImports, isPlain: plain };
}

function refuseOversize(source, maxSourceBytes) {
  if (Buffer.byteLength(source) <= maxSourceBytes) return;
  const message = `The source is larger than ${maxSourceBytes} bytes (1:0)`;
  throw new CompileError(message, { line: 1, column: 0 });
}
