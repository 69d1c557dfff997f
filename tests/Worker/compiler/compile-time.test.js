import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiled } from './support/assertions.js';

const PART = `const limit = 3;
get('/visits', { query: { limit, page: $.page } }).then(state => {
  const rows = state.data.rows.filter(row => row.id > limit);
  state.visits = rows.map(({ id, at, ...rest }) => ({ id, at: new Date(at), rest }));
  return state;
});

// Every visit goes to the mirror.
each($.visits, post('/mirror', { id: $.data.id, tags: [$.data.a, \`x\${$.data.b}\`] }));
fn(state => ({ ...state, done: true }));
`;

test('The compile time of a job of 200 lines is shown, not judged', t => {
  const source = Array.from({ length: 20 }, (_, i) => PART.replace('const limit', `var limit${i}, limit`)
    .replace(/const limit = 3|, limit = 3/, ` = 3, limit${i}b`)).join('');
  const options = { adaptors: [{ name: 'http', exports: ['get', 'each', 'post', 'fn'], exportAll: true }] };
  const times = Array.from({ length: 50 }, () => timed(() => compiled(source, options))).sort((a, b) => a - b);
  const lines = source.split('\n').length - 1;
  t.diagnostic(`${lines} lines: median ${times[25].toFixed(1)} ms, slowest ${times[49].toFixed(1)} ms`);
  assert.equal(compiled(source, options).map.operations.length, 60);
});

function timed(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}
