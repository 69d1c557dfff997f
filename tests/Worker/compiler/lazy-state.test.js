import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCompiles, assertOperations, assertRefused, assertUnchanged, compiled } from './support/assertions.js';

const operations = {
  'pull($.url)': 'pull(state => state.url)',
  'pull($.a ? $.b : 1, !$.c)': 'pull(state => state.a ? state.b : 1, state => !state.c)',
  'send(codes[$.site], new Date($.at))': 'send(state => codes[state.site], state => new Date(state.at))',
  'fn(state => $.rows[$.index])': 'fn(state => state.rows[state.index])',
  'fn(async state => await $.rows)': 'fn(async state => await state.rows)',
  'each($.rows, fn(state => $.data))': 'each(state => state.rows, fn(state => state.data))',
  'each($.rows, send(when($.at)))': 'each(state => state.rows, send(when(state => state.at)))',
  'send($?.a, $["b-c"], $.d?.e)': 'send(state => state?.a, state => state["b-c"], state => state.d?.e)',
  'pull({ pick: () => $.a })': 'pull(state => ({ pick: () => state.a }))',
  'fn(state => { pull($.a)(state); return state })': 'fn(state => { pull(state => state.a)(state); return state })',
  'fn($ => $.data)': 'fn($ => $.data)',
  'fn(function $() { return $.data })': 'fn(function $() { return $.data })',
  'fn(() => { { let $ = 1; } return $.data })': 'fn(() => { { let $ = 1; } return $.data })',
  'fn(() => { try { f() } catch ($) { g($.data) } })': 'fn(() => { try { f() } catch ($) { g($.data) } })',
  'get($, a.$, a.$.b, $$.c, $a.d, "$.a")': 'get($, a.$, a.$.b, $$.c, $a.d, "$.a")',
  'fn($.make($.seed))': 'fn(state => state.make(state.seed))',
  'pull(($.a, $.b))': 'pull(state => (state.a, state.b))',
  'pull(({ a: $.b }))': 'pull(state => ({ a: state.b }))',
  'pull({ a: $.b }.a)': 'pull(state => ({ a: state.b }.a))',
  'pull(tag`x${$.a}`)': 'pull(state => tag`x${state.a}`)',
  'pull([...$.ids], { ...$.more })': 'pull(state => [...state.ids], state => ({ ...state.more }))',
  'pull(new Set(...$.ids))': 'pull(state => new Set(...state.ids))',
  'make($.a)(x)': 'make(state => state.a)(x)',
  'make($.a).go($.b)': 'make(state => state.a).go(state => state.b)',
  'pull(x).then($.f)': '_defer(pull(x), p => p.then(state => state.f))',
};

for (const [source, expected] of Object.entries(operations)) {
  test(`Lazy state: ${source}`, () => assertOperations(source, expected));
}

const methods = {
  'pull($.rows.map(r => r.id))': 'pull(state => state.rows.map(r => r.id))',
  'pull(`${$.a}`.trim())': 'pull(state => `${state.a}`.trim())',
  'pull($.a().b)': 'pull(state => state.a().b)',
  'pull($.a($.b).c($.d))': 'pull(state => state.a(state.b).c(state.d))',
  'pull([$.a, $.b].join($.c))': 'pull(state => [state.a, state.b].join(state.c))',
  'pull($.rows.map(r => r.x + $.y))': 'pull(state => state.rows.map(r => r.x + state.y))',
  'pull($.a(other($.b)))': 'pull(state => state.a(other(state => state.b)))',
  'pull($.a(...$.b))': 'pull(state => state.a(...state.b))',
  'pull($.ask().then(f))': 'pull(state => state.ask().then(f))',
  'fn(state => $.rows.map(f))': 'fn(state => state.rows.map(f))',
  'pull(state.has($.x))': 'pull(state.has(state => state.x))',
};

for (const [source, expected] of Object.entries(methods)) {
  test(`Calls that belong to lazy state: ${source}`, () => assertOperations(source, expected));
}

const statements = {
  'if (ready) { pull($.a) }': 'if (ready) { pull(state => state.a) }',
  'const first = pick($.x);': 'const first = pick(state => state.x);',
  '$.run()': 'state => state.run()',
  '$?.run().more()': 'state => state?.run().more()',
  'const rows = $.data.map(f);': 'const rows = state => state.data.map(f);',
  'rows = $.data.map(f);': 'rows = state => state.data.map(f);',
  'await pull($.x);': 'await pull(state => state.x);',
};

for (const [source, expected] of Object.entries(statements)) {
  test(`Lazy state in a statement: ${source}`, () => assertCompiles(source, `${expected}\nexport default [];`));
}

test('A top-level object literal is passed over whole', () => {
  assertUnchanged('const table = { a: $.x, f: fn(s => $.y) };');
  assertUnchanged('let a = 1, b = ({ c: $.x });');
});

test('A declaration at top level does not protect', () => {
  assertCompiles('import $ from "x";\npull($.a);', 'import $ from "x"; export default [pull(state => state.a)];');
  assertCompiles('{ let $ = 1; pull($.a); }', '{ let $ = 1; pull(state => state.a); } export default [];');
});

const refusals = {
  '$.a = 1': 'Must be inside an operation (1:0)',
  '\n  x = $.a': 'Must be inside an operation (2:6)',
  'export const o = { a: $.x }': 'Must be inside an operation (1:22)',
  'export default $.x': 'Must be inside an operation (1:15)',
  'fn(function () { return $.a })': 'Must be inside an operation (1:24)',
  'if ($.ok()) fn(a)': 'Must be inside an operation (1:4)',
  'const v = $.a() + 1': 'Must be inside an operation (1:10)',
  'for (const x of $.rows) f(x)': 'Must be inside an operation (1:16)',
  'const { a = $.b } = $.c()': 'Must be inside an operation (1:12)',
  'fn((a, b) => $.x)': 'parent has wrong arity (1:3)',
  'fn(async s => $.x)': 'parameter "s" should be called "state" (1:3)',
  'fn(({ data }) => $.x)': 'parameter "{ data }" should be called "state" (1:3)',
  'fn((...state) => $.x)': 'parameter "...state" should be called "state" (1:3)',
  'pull(...$.ids)': 'cannot spread lazy state (1:5)',
  'pull(1, ...[$.a])': 'cannot spread lazy state (1:8)',
  'pull(await $.x)': 'cannot await lazy state (1:5)',
  'pull([await x, $.x])': 'cannot await lazy state (1:6)',
  'await $.x': 'cannot await lazy state (1:0)',
  'function* g() { pull(yield $.x) }': 'cannot yield lazy state (1:21)',
};

for (const [source, message] of Object.entries(refusals)) {
  test(`Lazy state refused: ${source.trim()}`, () => assertRefused(source, `Lazy State Error: ${message}`));
}

test('A pause of a function inside the argument is its own', () => {
  assertOperations('pull({ f: async () => await $.a })', 'pull(state => ({ f: async () => await state.a }))');
});

test('Lazy state outside an operation says what to do', () => {
  assert.throws(() => compiled('const v = $.a'), error => /argument of an operation.*"state"/.test(error.details));
});
