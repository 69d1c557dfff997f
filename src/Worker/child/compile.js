import { adaptorExports, compile, globalsExports } from '../compiler/index.js';
import { nameOf } from '../adaptors/specifier.js';
import { RunFault } from '../plan/reasons.js';

const MAX_CACHED_CHARACTERS = 16_000_000;
const MAX_SOURCE_CHARACTERS = 2_000_000;

/** @type {Map<string, string[] | undefined>} */
const exportsByFolder = new Map();
/** @type {Map<string, { code: string, map: any, isPlain: boolean }>} */
const compiled = new Map();
let cachedCharacters = 0;

/**
 * Replaces the source of every job by compiled code. Jobs that were compiled before are taken from memory.
 * @param {any} plan the runtime's plan
 * @returns {Set<string>} ids of the jobs that are plain
 */
export function compilePlan(plan) {
  const { steps, globals } = plan.workflow;
  const ignore = globals ? namesOf(globals) : [];
  /** @type {Set<string>} */ const plain = new Set();
  for (const step of steps) {
    if (typeof step.expression !== 'string') continue;
    const { code, map, isPlain } = compileStep(step, ignore);
    step.expression = code;
    step.sourceMap = map;
    if (isPlain && !globals) plain.add(step.id);
  }
  if (globals) plan.workflow.globals = movedOutOfMaps(globals, steps);
  return plain;
}

/** What an adaptor exports, read once per process. @param {string} folder */
export function exportsOf(folder) {
  if (!exportsByFolder.has(folder)) exportsByFolder.set(folder, adaptorExports(folder));
  return exportsByFolder.get(folder);
}

/** @param {any} step @param {string[]} ignore */
function compileStep(step, ignore) {
  const name = step.name ?? step.id;
  const key = JSON.stringify([name, step.linker, ignore, step.expression]);
  const known = compiled.get(key);
  if (known) return known;
  const fresh = translate(step, name, ignore);
  if (cachedCharacters > MAX_CACHED_CHARACTERS) forgetAll();
  cachedCharacters += key.length + fresh.code.length;
  compiled.set(key, fresh);
  return fresh;
}

/** @param {any} step @param {string} name @param {string[]} ignore */
function translate(step, name, ignore) {
  if (step.expression.length > MAX_SOURCE_CHARACTERS) throw new RunFault('CompileError', 'crash', `${name}: the source is too long`);
  const adaptors = (step.adaptors ?? []).map((/** @type {string} */ specifier) => {
    const adaptor = nameOf(specifier);
    const path = step.linker[adaptor]?.path;
    return { name: adaptor, exports: path && exportsOf(path), exportAll: true };
  });
  try {
    return compile(step.expression, { name, adaptors, ignore });
  } catch (error) {
    throw new RunFault('CompileError', 'crash', `${name}: ${/** @type {Error} */ (error).message}`);
  }
}

function forgetAll() {
  compiled.clear();
  cachedCharacters = 0;
}

/** Globals that do not parse are reported by the step that loads them. @param {string} source */
function namesOf(source) {
  try {
    return globalsExports(source);
  } catch {
    return [];
  }
}

/**
 * The runtime looks up positions in globals in the job's source map. Moved below the last line of every job they are not
 * found there, and no wrong place is shown.
 * @param {string} globals @param {any[]} steps
 */
function movedOutOfMaps(globals, steps) {
  const longest = Math.max(0, ...steps.map(step => (typeof step.expression === 'string' ? step.expression.split('\n').length : 0)));
  return '\n'.repeat(longest + 1) + globals;
}
