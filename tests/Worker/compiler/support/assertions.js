import assert from 'node:assert/strict';
import { CompileError, compile } from '../../../../src/Worker/compiler/index.js';
import { normalise } from './normalise.js';

export const DEFER = 'import { defer as _defer } from "@openfn/runtime";\n';

/** @param {string} source */
export function compiled(source, options = {}) {
  return compile(source, { name: 'job', ...options });
}

/** The compiled source is the same module as the expected text, layout aside. */
export function assertCompiles(source, expected, options = {}) {
  const { code } = compiled(source, options);
  assert.deepEqual(normalise(code), normalise(expected), `${source}\n---\n${code}`);
}

/** The source becomes nothing but these operations; the import of the helper is expected where it is used. */
export function assertOperations(source, operations, options = {}) {
  const head = operations.includes('_defer(') ? DEFER : '';
  assertCompiles(source, `${head}export default [${operations}];`, options);
}

/** The source stays as it is, with an empty list of operations. */
export function assertUnchanged(source) {
  assertCompiles(source, `${source}\nexport default [];`);
}

/** The source is refused with this message, which ends in its position. */
export function assertRefused(source, message, options = {}) {
  const [, line, column] = /\((\d+):(\d+)\)$/.exec(message);
  assert.throws(() => compiled(source, options), error => {
    assert.ok(error instanceof CompileError, String(error.stack));
    assert.equal(error.name, 'CompileError');
    assert.equal(error.message, message);
    assert.deepEqual([error.line, error.column], [Number(line), Number(column)]);
    return true;
  });
}
