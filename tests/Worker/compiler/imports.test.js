import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCompiles, compiled } from './support/assertions.js';

const FIRST = '@openfn/language-first';
const exported = ['fn', 'each', 'map'];

/** The names imported from an adaptor that exports `names`, or from one whose exports are unknown. */
function importedBy(source, names = exported) {
  const { code } = compiled(source, { adaptors: [{ name: FIRST, exports: names }] });
  const match = /^import \{ (.*) \} from "@openfn\/language-first";$/m.exec(code);
  return match ? match[1] : '';
}

const uses = [
  'fn', 'fn()', 'a(fn)', 'a = `${fn}`', 'class A extends fn {}', '(a = fn) => 1', 'fn`x`', 'typeof fn', 'new fn()',
  'fn = 1', 'a[fn()]', 'a[fn.b]', '({ "fn": fn })', '({ a: fn })', '({ ...fn })', '({ fn() { fn } })',
  'const { a = fn } = b',
  '[fn]', 'fn?.()', 'label: fn', 'for (fn of a);', 'class A { [fn]() {} }', 'class A { x = fn }',
  '{ const a = { b: fn } }',
  'export const a = { b: fn }', 'function f() { { let x = 1; } fn }', 'const f = function fn() {}, g = fn',
  'const f = class fn {}, g = fn', 'function f(fn) {} fn', 'try {} catch (fn) {} fn', 'const a = [{ b: fn }]',
];
for (const source of uses) {
  test(`A use: ${source}`, () => assert.equal(importedBy(source), 'fn'));
}

const others = [
  'a.fn', 'a[fn]', 'a[fn].c', 'a?.fn', '({ fn })', '({ fn: fn })', '({ [fn]: 1 })', '({ fn: 1 })', '({ fn } = a)',
  '({ fn = 1 } = a)', 'import fn from "x"', 'import { a as fn } from "x"', 'import * as fn from "x"',
  'import { fn as a } from "x"', 'export { fn } from "x"', 'export * as fn from "x"', 'const fn = 1', 'let [fn] = a',
  'const { fn } = a', 'const { a: { b: [...fn] } } = c', 'function fn() {}', 'class fn {}', 'fn; { let fn; }',
  'fn; if (a) { class fn {} }', 'fn; for (const fn of a) {}', 'fn; try {} catch { let fn }', '(fn => fn)()',
  '(function fn() { fn })', '(class fn { m() { fn } })', '(() => { fn; { const fn = 1 } })', 'try {} catch (fn) { fn }',
  'const a = { b: fn, c: () => fn() }', 'fn: for (;;) break fn', 'class A { fn() {} }', 'class A { fn = 1; #fn = 2 }',
];
for (const source of others) {
  test(`Not a use: ${source}`, () => assert.equal(importedBy(source), ''));
}

test('Names come in the order of the adaptor', () => assert.equal(importedBy('map(each(fn))'), 'fn, each, map'));

test('Made-up names are bound', () => {
  assert.equal(importedBy('a($.b)', ['state']), '');
  assert.equal(importedBy('a([$.b, state])', ['state']), '');
  assert.equal(importedBy('fn(a).then($.b)', ['_defer', 'p', '$']), '');
});

test('Unknown exports: every free name except well-known ones, compared whole', () => {
  const source = 'buildMap(getDate(Setup), Map, console, state, undefined, NaN, process, URL, Intl, arguments, $)';
  assert.equal(importedBy(source, null), 'buildMap, getDate, Setup, $');
  assert.equal(importedBy('tidy(1)', []), 'tidy');
});

test('A name comes from the first adaptor that has it', () => {
  const adaptors = [
    { name: 'a', exports: ['fn', 'get'], exportAll: true },
    { name: 'b', exports: ['fn', 'each'], exportAll: true },
    { name: 'c', exports: ['get'], exportAll: true },
    { name: 'd', exportAll: true },
  ];
  assertCompiles('get(fn, each, other)', `
    import { fn, get } from "a"; export * from "a";
    import { each } from "b"; export * from "b";
    import { other } from "d"; export * from "d";
    export default [get(fn, each, other)];`, { adaptors });
});

test('Known exports win over an adaptor that is asked on suspicion', () => {
  const adaptors = [{ name: 'a' }, { name: 'b', exports: ['fn'] }];
  assertCompiles('fn(other)', 'import { other } from "a"; import { fn } from "b"; export default [fn(other)];',
    { adaptors });
});

test('Without exportAll nothing is passed on', () => {
  assert.doesNotMatch(compiled('fn()', { adaptors: [{ name: FIRST, exports: exported }] }).code, /export \*/);
});
