import { CompileError } from './compile-error.js';
import { exportedNames } from './exported-names.js';
import { parse } from './parse.js';

/**
 * The names that the globals of a workflow put into every job, to be passed to `compile` as `ignore`.
 * @param {string} source
 * @returns {string[]}
 */
export function globalsExports(source) {
  const program = parseOrNothing(source);
  if (!program) return [];
  const body = program.body.filter(({ type }) => type !== 'ExportAllDeclaration');
  return exportedNames({ body }, plainName).names.filter(name => name !== 'default');
}

/** Globals that do not parse are reported by the runtime, with the mark that tells them from a job. */
function parseOrNothing(source) {
  try {
    return parse(source).program;
  } catch (error) {
    if (error instanceof CompileError) return undefined;
    throw error;
  }
}

function plainName(pattern) {
  return pattern.type === 'Identifier' ? [pattern] : [];
}
