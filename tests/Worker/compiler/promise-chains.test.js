import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFER, assertCompiles, assertOperations, assertRefused, assertUnchanged, compiled,
} from './support/assertions.js';

const operations = {
  'op(x).then(a).then(b)': '_defer(op(x), p => p.then(a).then(b))',
  'op(x).then(a).catch(b).then(c)': '_defer(op(x), p => p.then(a).catch(b).then(c))',
  'op(x).catch(e)': '_defer(op(x), undefined, e)',
  'op(x).catch(e).then(a).catch(b)': '_defer(op(x), p => p.then(a).catch(b), e)',
  'op(x).catch(e, f).then(a)': '_defer(op(x), p => p.then(a), e)',
  'op(x).catch((e, f)).then(a)': '_defer(op(x), p => p.then(a), (e, f))',
  'op(x).catch()': '_defer(op(x))',
  'op(x).catch().then(a)': '_defer(op(x), p => p.then(a))',
  'op(x).then(a, b)': '_defer(op(x), p => p.then(a, b))',
  'op(x).then(a).finally(f)': '_defer(op(x), p => p.then(a).finally(f))',
  'op(x).finally(f)': '_defer(op(x), p => p.finally(f))',
  'http.get(x).then(a)': '_defer(http.get(x), p => p.then(a))',
  'op["then"](x).then(a)': '_defer(op["then"](x), p => p.then(a))',
  'make()(x).then(f)': '_defer(make()(x), p => p.then(f))',
  'each(r, send(x).then(a), 1)': 'each(r, _defer(send(x), p => p.then(a)), 1)',
  'fn(pull(x).then(a)).then(b)': '_defer(fn(_defer(pull(x), p => p.then(a))), p => p.then(b))',
  'pull(x).then(a)(y).then(b)': '_defer(_defer(pull(x), p => p.then(a))(y), p => p.then(b))',
  'op(each(x).catch(e).then(f)).catch(g)': '_defer(op(_defer(each(x), p => p.then(f), e)), undefined, g)',
  'op(x).then(other(y).then(z))': '_defer(op(x), p => p.then(other(y).then(z)))',
  '((op(x)).then(a)).then(b)': '_defer(op(x), p => p.then(a).then(b))',
  '((op(x) /* ) */).catch(e) /* ) */).then(b)': '_defer(op(x), p => p.then(b), e)',
  'op(x) // .then\n  .then(a) // c\n  .then(b // d\n  )': '_defer(op(x), p => p.then(a).then(b))',
  'pull({ a: $.b }).catch({ c: $.d }).then($.e)':
    '_defer(pull(state => ({ a: state.b })), p => p.then(state => state.e), state => ({ c: state.d }))',
};

for (const [source, expected] of Object.entries(operations)) {
  test(`Chain: ${source}`, () => assertOperations(source, expected));
}

const statements = {
  'const a = op(x).then(f)': 'const a = _defer(op(x), p => p.then(f))',
  'a = op(x).then(f)': 'a = _defer(op(x), p => p.then(f))',
  'const list = [op(x).then(f)]': 'const list = [_defer(op(x), p => p.then(f))]',
  'list = { a: op(x).then(f) }': 'list = { a: _defer(op(x), p => p.then(f)) }',
  'if (x) op(x).then(f);': 'if (x) _defer(op(x), p => p.then(f));',
};

for (const [source, expected] of Object.entries(statements)) {
  test(`Chain in a statement: ${source}`, () => assertCompiles(source, `${DEFER}${expected};\nexport default [];`));
}

test('A chain inside an existing list is deferred', () => {
  assertCompiles('export default [op(x).then(f)];', `${DEFER}export default [_defer(op(x), p => p.then(f))];`);
});

const ordinary = [
  'const table = { a: op(x).then(f) }', 'if (x) { op(x).then(f) }', 'function g() { op(x).then(f) }',
  'const g = () => op(x).then(f)', 'class A { m() { op(x).then(f) } static { op(x).then(f) } y = op(x).then(f) }',
  'const a = waiting.then(done)', 'a = (async () => 1)().then(f)', 'import("x").then(f) + 1', 'a = tag`x`.then(f)',
  'a = new Foo().then(f)', 'a = op(x)["then"](f)', 'a = then(x)', 'a = waiting.x.then(f).catch(g)',
];

for (const source of ordinary) {
  test(`Ordinary promise code: ${source}`, () => assertUnchanged(`${source};`));
}

test('A chain without an operation stays, one among its arguments does not', () => {
  assertOperations('waiting.then(op(x).then(f))', 'waiting.then(_defer(op(x), p => p.then(f)))');
});

test('Another import from the runtime does not stand for the helper', () => {
  const other = 'import { run } from "@openfn/runtime";\n';
  assertCompiles(`${other}op(x).then(f)`, `${other}${DEFER}export default [_defer(op(x), p => p.then(f))];`);
});

test('An imported helper is used', () => {
  const { code } = compiled(`${DEFER}op(x).then(f)`);
  assert.equal(code.split('@openfn/runtime').length, 2);
});

test('Made-up names avoid the names of the job', () => {
  assertCompiles('const _defer = 1;\nop(x).then(f)',
    `import { defer as _defer2 } from "@openfn/runtime"; const _defer = 1;
     export default [_defer2(op(x), p => p.then(f))];`);
  assertCompiles('const p = 1;\nop(x).then(p)',
    `${DEFER}const p = 1; export default [_defer(op(x), p2 => p2.then(p))];`);
  assertOperations('op(x).then(p => p.y)', '_defer(op(x), p => p.then(p => p.y))');
});

test('The helper is imported once, behind imports without semicolons', () => {
  assertCompiles('import a from "a"\nimport "b"\nop(a).then(f)\nop(b).then(f)',
    `import a from "a"; import "b"; ${DEFER}
     export default [_defer(op(a), p => p.then(f)), _defer(op(b), p => p.then(f))];`);
});

test('A helper name is not looked for in an adaptor', () => {
  const adaptors = [{ name: 'x' }];
  assertCompiles('_defer(op).then(f)', `import { op, f } from "x"; ${DEFER}
    export default [_defer(_defer(op), p => p.then(f))];`, { adaptors });
});

test('An await cannot move into the deferred function', () => {
  assertRefused('op(x).then(f)\n  .then(await load())', 'Cannot await inside a promise chain of an operation (2:8)');
  assertOperations('op(await a).catch(await b).then(async () => await c)',
    '_defer(op(await a), p => p.then(async () => await c), await b)');
});
