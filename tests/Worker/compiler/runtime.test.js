import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compiled } from './support/assertions.js';

const WORKER = fileURLToPath(new URL('../../../src/Worker/', import.meta.url));

const RUN = `
  import run from '@openfn/runtime';
  const { plan, input } = JSON.parse(process.argv[1]);
  const methods = 'log info debug warn error success always timer break print proxy'.split(' ');
  const logger = Object.fromEntries(methods.map(name => [name, () => {}]));
  const state = await run(plan, input, { logger, jobLogger: logger });
  process.stdout.write(JSON.stringify(state));`;

/** Runs a job in a process of its own, because the runtime needs a flag of Node.js. */
function run(source, input = {}) {
  const name = 'Score rows';
  const { code, map } = compiled(source, { name });
  const plan = { workflow: { steps: [{ id: 'j1', name, expression: code, sourceMap: map }] } };
  const flags = ['--experimental-vm-modules', '--no-warnings', '--input-type=module', '-e', RUN];
  return JSON.parse(execFileSync(process.execPath, [...flags, JSON.stringify({ plan, input })], { cwd: WORKER }));
}

const FN = 'const fn = f => state => f(state);\n';

test('The runtime runs a compiled job: lazy state, chains, order', () => {
  const source = `${FN}const add = n => state => ({ ...state, total: state.total + n(state) });
add($.data.x).then(state => ({ ...state, then: true }));
fn(async () => { throw new Error('offline'); }).catch((error, state) => ({ ...state, why: error.message }));
add($.rows.reduce((a, b) => a + b));`;
  assert.deepEqual(run(source, { data: { x: 1 }, total: 0, rows: [2, 3] }),
    { data: { x: 1 }, rows: [2, 3], total: 6, then: true, why: 'offline' });
});

test('The runtime finds the place of an error in the source', () => {
  const failing = 'state.score = base * state.data.row.points;';
  const source = `${FN}const base = 10;\n\nfn(state => {\n  ${failing}\n  return state;\n});`;
  const { j1 } = run(source).errors;
  assert.equal(j1.message, "TypeError: Cannot read properties of undefined (reading 'points')");
  assert.deepEqual([j1.step, j1.pos.line, j1.pos.column, j1.pos.src],
    ['Score rows', 5, 39, `  ${failing}`]);
});
