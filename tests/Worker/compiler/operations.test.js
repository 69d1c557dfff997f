import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFER, assertCompiles, assertOperations, compiled } from './support/assertions.js';

const moved = [
  'fn(a)', 'http.get(u)', 'make()(x)', '(() => 1)()', 'console.log("x")', '(function () {})()', '(op?.a)(b)',
];
for (const call of moved) {
  test(`Moved: ${call}`, () => assertCompiles(`${call};\nconst x = 1;`, `const x = 1; export default [${call}];`));
}

test('Parentheses around an operation go', () => assertOperations('(/* c */ (fn(a)) );', 'fn(a)'));

const kept = [
  'await fn(a)', 'x = fn(a)', 'new Op()', 'op?.(a)', 'op?.b.c()', 'tag`x`', 'fn(a), fn(b)', 'ok && fn(a)', '!fn(a)',
  'import("x")',
  'if (x) fn(a)', 'if (x) { fn(a) }', 'for (;;) fn(a)', 'try { fn(a) } finally { fn(b) }', '{ fn(a) }', 'label: fn(a)',
];
for (const statement of kept) {
  test(`Kept: ${statement}`, () => assertCompiles(`${statement};`, `${statement};\nexport default [];`));
}

const defaults = {
  'fn(a);\nexport default [];': 'export default [fn(a)];',
  'fn(a);\nexport default [b, ];': 'export default [b, fn(a)];',
  'fn(a);\nexport default [b,, /* , */ ];': 'export default [b,, fn(a)];',
  'fn(a);\nfn(b);\nexport default ([(c) /* , */ // ,\n]);': 'export default [c, fn(a), fn(b)];',
  'fn(a);\nexport default x;': 'fn(a); export default x;',
  'fn(a);\nexport default [b];\nvar c;': 'fn(a); export default [b]; var c;',
  'var x;\nfn(a);\nexport { x };': 'var x; export { x }; export default [fn(a)];',
  'fn(a);\nexport * from "x";': 'export * from "x"; export default [fn(a)];',
  'var x;\nfn(a);\nexport { x as default };': 'var x; fn(a); export { x as default };',
};
for (const [source, expected] of Object.entries(defaults)) {
  test(`Default export: ${JSON.stringify(source)}`, () => assertCompiles(source, expected));
}

test('Sources without semicolons do not run together', () => {
  assertCompiles('let b\nfn(b);\n[b] = [1]', 'let b; [b] = [1]; export default [fn(b)];');
  assertCompiles('x = 1 // c\nfn(b);\nfn(c);\n`t`', 'x = 1; `t`; export default [fn(b), fn(c)];');
  assertCompiles('function f() {}\nfn(f);\n(f)', 'function f() {} f; export default [fn(f)];');
  assertCompiles('const f = class {}\nfn(f);\n(f) + 1', 'const f = class {}; f + 1; export default [fn(f)];');
});

test('A comment behind the last operation does not swallow the list', () => {
  assertOperations('fn(a) // the end', 'fn(a)');
});

test('A first line for the shell is accepted', () => {
  assertCompiles('#!/usr/bin/env job\nfn(a).then(b)', `${DEFER}export default [_defer(fn(a), p => p.then(b))];`);
});

test('Everything a module may hold is accepted', () => {
  const source = 'class A { x = 1; #y = 2; static { this.z = 10n; } get y() { return this.#y; } }\n await 1_000;\n'
    + 'label: for (const q of [/(?<n>a)/v]) { continue label; }\n'
    + 'const { a: { b = 1, ...c } = {}, ...d } = import.meta;';
  assertCompiles(source, `${source}\nexport default [];`);
});

test('The index names operations of chains, and counts what was in the list before', () => {
  const chain = compiled('\nfn(a)\n  .then(b);\nhttp.get(c).catch(d);\nmake()(x)');
  assert.deepEqual(chain.map.operations, [
    { name: 'fn', line: 2, order: 1 },
    { line: 4, order: 2 },
    { line: 5, order: 3 },
  ]);
  const listed = compiled('fn(a);\nexport default [second(), x];');
  assert.deepEqual(listed.map.operations, [
    { name: 'second', line: 2, order: 1 },
    { line: 2, order: 2 },
    { name: 'fn', line: 1, order: 3 },
  ]);
});

test('Behind a spread the index does not guess', () => {
  assert.deepEqual(compiled('fn(a);\nexport default [...more];').map.operations, []);
});
